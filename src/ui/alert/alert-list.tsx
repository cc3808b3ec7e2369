'use client'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Moment } from '../primitives/moment.tsx'
import type { Outputs } from '../trpc/client.tsx'

type Alerts = Outputs['alert']['bell']['alerts']

export function AlertList({ alerts, zone }: { alerts: Alerts; zone: string }) {
  if (alerts.length === 0)
    return <Empty title="No alerts">You hear here when half, three quarters, 90% or all of something is used.</Empty>
  return (
    <ul className="divide-y divide-line">
      {alerts.map(({ id, subject, threshold, crossedAtMs, readAtMs }) => (
        <li key={id} className="flex items-start gap-3 px-4 py-3">
          <Badge tone={threshold === 100 ? 'bad' : threshold >= 90 ? 'warn' : 'plain'} className="mt-0.5">
            {threshold}%
          </Badge>
          <div className="min-w-0 grow text-13">
            <p className="font-medium">
              {threshold === 100 ? `${subject.title} is used up` : `${threshold}% of ${lower(subject.title)} is used`}
            </p>
            <p className="text-ink-3">
              <Amount value={subject.used} plain /> of <Amount value={subject.limit} plain unit /> &middot;{' '}
              <Moment atMs={crossedAtMs} zone={zone} show="relative" />
            </p>
          </div>
          {readAtMs === null && (
            <span className="mt-1.5 size-2 shrink-0 rounded-full bg-accent">
              <span className="sr-only">unread</span>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

/** Inside a sentence: "credits", but "5-hour window" and "API" as they are. */
const lower = (title: string): string =>
  /^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title
