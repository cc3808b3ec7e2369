'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { CopyId } from '../primitives/copy-id.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { ChecksCard } from './checks-card.tsx'
import { ConversationCard } from './conversation-card.tsx'
import { StandingCard } from './standing-card.tsx'
import { CaseStateBadge } from './state-badge.tsx'
import { TimelineCard } from './timeline-card.tsx'
import { placeOfAbout } from './words.ts'

/** Answers come from people: looked for now and then while a page is open. */
const LOOK_AGAIN_MS = 10_000

/** One case: what happened, whether it fits together, and what was said of it. */
export function CasePage({ id, zone }: { id: string; zone: string }) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(
    trpc.cases.read.queryOptions(
      { id },
      { refetchInterval: ({ state }) => (state.data?.file.state === 'closed' ? false : LOOK_AGAIN_MS) },
    ),
  )
  const { file } = data
  return (
    <div className="space-y-6">
      <header>
        <nav aria-label="Path" className="text-13 text-ink-3">
          <Link href="/app/cases" className="hover:text-ink hover:underline">
            Cases
          </Link>
          <span aria-hidden className="mx-1.5">
            /
          </span>
          <span className="text-ink-2">Case</span>
        </nav>
        <div className="mt-4 flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <h1 className="font-semibold text-[1.375rem] tracking-[-0.018em]">{file.title}</h1>
          <CaseStateBadge state={file.state} />
        </div>
        <p className="mt-1 text-13 text-ink-2">
          Opened by {file.openedByName}, <Moment atMs={file.openedAtMs} zone={zone} /> &middot;{' '}
          <Link
            href={placeOfAbout(file.about)}
            className="text-accent underline underline-offset-2 hover:text-accent-strong"
          >
            {file.about.kind === 'decision' ? 'The decision as it is now' : 'The proof as it is now'}
          </Link>
        </p>
        <div className="mt-2">
          <CopyId id={file.id} />
        </div>
      </header>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)] lg:grid-rows-[auto_1fr]">
        <TimelineCard view={data} zone={zone} />
        <div className="space-y-4 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <ChecksCard view={data} />
          <StandingCard evidence={file.evidence} policyNow={data.policyNow} zone={zone} />
        </div>
        <ConversationCard view={data} zone={zone} />
      </div>
    </div>
  )
}
