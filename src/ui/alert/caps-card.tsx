'use client'
import { useMutation } from '@tanstack/react-query'
import { creditsPhrase } from '../format/amount.ts'
import { percent } from '../format/share.ts'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Confirm } from '../primitives/confirm.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Meter } from '../primitives/meter.tsx'
import { Moment } from '../primitives/moment.tsx'
import { type Outputs, useTRPC } from '../trpc/client.tsx'
import { CapForm } from './cap-form.tsx'
import { useSave } from './use-save.ts'

type Cap = Outputs['alert']['settings']['caps'][number]

const PERIOD = { day: 'a day', week: 'a week', month: 'a month', ever: 'ever' } as const

/** Whom a cap holds, as the beginning of a line. */
function whom({ scope, subject }: Cap): string {
  if (scope === 'customer') return 'Everybody together'
  return subject === null ? `Each ${scope}` : `${scope === 'task' ? 'Task' : 'Subject'} ${subject}`
}

export function CapsCard({ caps, zone, changes }: { caps: readonly Cap[]; zone: string; changes: boolean }) {
  return (
    <Card aria-labelledby="caps" className="overflow-hidden">
      <SectionHead
        id="caps"
        title="Spend caps"
        note="The most bought credits that go in a period; then requests are denied, or wait for the next one"
        className="px-5 pt-4 pb-3"
      />
      <div className="border-line border-t">
        {caps.length === 0 ? (
          <Empty title="No caps">Bought credits are drawn as consent allows, until they are used up.</Empty>
        ) : (
          <ul className="divide-y divide-line">
            {caps.map((cap) => (
              <CapRow key={cap.id} cap={cap} zone={zone} changes={changes && cap.own} />
            ))}
          </ul>
        )}
      </div>
      {changes && <CapForm />}
    </Card>
  )
}

function CapRow({ cap, zone, changes }: { cap: Cap; zone: string; changes: boolean }) {
  const remove = useMutation(useTRPC().alert.removeCap.mutationOptions(useSave('The cap was removed')))
  const permille = cap.used === null ? 0 : cap.used >= cap.limit ? 1000 : Number((cap.used * 1000n) / cap.limit)
  return (
    <li className="grid gap-x-5 gap-y-2 px-5 py-3.5 sm:grid-cols-[1.1fr_1fr_auto] sm:items-center">
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-2">
          <span className="truncate font-medium">{whom(cap)}</span>
          {!cap.own && <Badge>of your tier</Badge>}
        </span>
        <span className="block text-13 text-ink-3">
          at most <Amount value={cap.limit} unit className="text-ink-2" /> {PERIOD[cap.period]}
        </span>
      </span>
      {cap.used === null ? (
        <span className="text-13 text-ink-3">counted for each on its own</span>
      ) : (
        <span className="space-y-1.5">
          <Meter
            permille={permille}
            tone={permille >= 1000 ? 'full' : permille >= 800 ? 'high' : 'normal'}
            label={`Cap of ${whom(cap).toLowerCase()}, ${PERIOD[cap.period]}`}
            text={`${creditsPhrase(cap.used)} of ${creditsPhrase(cap.limit)} drawn`}
          />
          <span className="block text-13 text-ink-3">
            <Amount value={cap.used} plain /> drawn, {percent(cap.used, cap.limit)}
            {cap.resetsAtMs !== null && (
              <>
                {' '}
                &middot; again <Moment atMs={cap.resetsAtMs} zone={zone} show="relative" />
              </>
            )}
          </span>
        </span>
      )}
      {changes && (
        <Confirm
          trigger={
            <>
              Remove<span className="sr-only"> the cap of {whom(cap).toLowerCase()}</span>
            </>
          }
          title="Remove this cap?"
          action="Remove the cap"
          pending={remove.isPending}
          onConfirm={() => remove.mutateAsync({ id: cap.id })}
        >
          <p>From the next request on, bought credits are no longer held back by it.</p>
        </Confirm>
      )}
    </li>
  )
}
