'use client'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Moment } from '../primitives/moment.tsx'
import { CopyId } from '../primitives/copy-id.tsx'
import type { Explanation } from './types.ts'

const STATUS_WORDS = { open: 'open', captured: 'captured', released: 'released', expired: 'expired' } as const

export function HoldCard({ hold, zone }: { hold: NonNullable<Explanation['hold']>; zone: string }) {
  return (
    <Card id="hold" aria-labelledby="hold-title" className="scroll-mt-20 p-5 target:ring-2 target:ring-accent">
      <SectionHead id="hold-title" title="Hold">
        <Badge tone={hold.status === 'open' ? 'accent' : hold.status === 'expired' ? 'warn' : 'plain'}>
          {STATUS_WORDS[hold.status]}
        </Badge>
      </SectionHead>
      <dl className="mt-3 grid grid-cols-[6.5rem_1fr] gap-x-3 gap-y-1.5 text-13">
        <dt className="text-ink-3">Reserved</dt>
        <dd>
          <Amount value={hold.granted} unit />
        </dd>
        <dt className="text-ink-3">Captured</dt>
        <dd>
          <Amount value={hold.captured} unit />
        </dd>
        <dt className="text-ink-3">{hold.status === 'open' ? 'Ends' : 'Ended'}</dt>
        <dd>
          <Moment atMs={hold.closedAtMs ?? hold.expiresAtMs} zone={zone} />
        </dd>
      </dl>
      <div className="mt-2">
        <CopyId id={hold.id} />
      </div>
    </Card>
  )
}
