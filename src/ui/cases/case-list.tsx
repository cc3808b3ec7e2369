'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { Card } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { CaseStateBadge } from './state-badge.tsx'

/** As many as are listed at once. */
const SHOWN = 100

/** The customer's cases, newest first. */
export function CaseList({ zone }: { zone: string }) {
  const { data } = useSuspenseQuery(useTRPC().cases.list.queryOptions())
  return (
    <Card aria-label="Cases" className="overflow-hidden">
      {data.cases.length === 0 ? (
        <Empty title="No cases">
          Something was denied or charged that should not have been? Open a case from its{' '}
          <Link href="/app/decisions" className="text-accent underline underline-offset-2">
            decision
          </Link>{' '}
          or its{' '}
          <Link href="/app/usage" className="text-accent underline underline-offset-2">
            usage
          </Link>
          : the evidence comes along by itself.
        </Empty>
      ) : (
        <ul className="divide-y divide-line">
          {data.cases.map(({ id, title, state, openedByName, openedAtMs, changedAtMs, messages }) => (
            <li key={id} className="relative flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-5 py-3.5">
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                  <Link
                    href={`/app/cases/${id}`}
                    className="font-medium after:absolute after:inset-0 hover:text-accent hover:underline"
                  >
                    {title}
                  </Link>
                  <CaseStateBadge state={state} />
                </p>
                <p className="text-13 text-ink-3">
                  {openedByName}, <Moment atMs={openedAtMs} zone={zone} />
                </p>
              </div>
              <p className="text-13 text-ink-3">
                {messages} {messages === 1 ? 'message' : 'messages'}, changed{' '}
                <Moment atMs={changedAtMs} zone={zone} show="relative" />
              </p>
            </li>
          ))}
        </ul>
      )}
      {data.cases.length >= SHOWN && (
        <p className="border-line border-t px-5 py-3 text-13 text-ink-3">Earlier ones are not shown here.</p>
      )}
    </Card>
  )
}
