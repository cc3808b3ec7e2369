import { Archive, Coins, CopyPlus, ListTree, type LucideIcon, Receipt, Rows3 } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { credits, creditsPhrase, signed } from '../format/amount.ts'
import { fullTime, zoneName } from '../format/time.ts'
import { shortId } from '../format/words.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import type { CaseView } from './words.ts'

type EvidenceMoment = CaseView['timeline'][number]

const LINK = 'text-accent underline underline-offset-2 hover:text-accent-strong'

/** The frozen records in the order in which they came about, each with the way to its proof. */
export function TimelineCard({ view, zone }: { view: CaseView; zone: string }) {
  return (
    <Card aria-labelledby="timeline" className="p-5">
      <SectionHead id="timeline" title="What happened" note={`as recorded, in ${zoneName(zone)}`} />
      <ol className="mt-4">
        {view.timeline.map((moment, i) => (
          <Entry
            // biome-ignore lint/suspicious/noArrayIndexKey: frozen evidence never changes
            key={i}
            icon={ICONS[moment.kind]}
            title={TITLES[moment.kind]}
            at={fullTime(moment.atMs, zone)}
            last={i === view.timeline.length - 1}
          >
            <Words moment={moment} />
          </Entry>
        ))}
      </ol>
    </Card>
  )
}

const ICONS: Record<EvidenceMoment['kind'], LucideIcon> = {
  decided: ListTree,
  alike: CopyPlus,
  used: Rows3,
  charged: Receipt,
  moved: Coins,
  collected: Archive,
}
const TITLES: Record<EvidenceMoment['kind'], string> = {
  decided: 'Decided',
  alike: 'A request like it',
  used: 'Used',
  charged: 'Charged',
  moved: 'Balance moved',
  collected: 'Case opened',
}

function Words({ moment }: { moment: EvidenceMoment }) {
  switch (moment.kind) {
    case 'decided': {
      const { id, sentence, policyVersion } = moment.decision
      return (
        <>
          {sentence} Under policy version {policyVersion}.{' '}
          <Link href={`/app/decisions/${id}`} className={LINK}>
            Why?
          </Link>
        </>
      )
    }
    case 'alike':
      return (
        <>
          {moment.decision.sentence}{' '}
          <Link href={`/app/decisions/${moment.decision.id}`} className={LINK}>
            Compare
          </Link>
        </>
      )
    case 'used': {
      const { id, cost, feature, subject, origin } = moment.event
      return (
        <>
          {creditsPhrase(cost)} for {feature}
          {subject !== null && ` by ${subject}`}
          {origin.kind === 'reported' && `, reported by ${origin.source}`}.{' '}
          <Link href={`/app/usage/${id}`} className={LINK}>
            Proof
          </Link>
        </>
      )
    }
    case 'charged': {
      const included = moment.event.lines.reduce((sum, line) => (line.kind === 'window' ? sum + line.amount : sum), 0n)
      return (
        <>
          {creditsPhrase(moment.event.cost)}
          {included > 0n && `, of which ${credits(included)} included`} (
          <span className="font-mono text-2xs">{shortId(moment.event.id)}</span>)
        </>
      )
    }
    case 'moved': {
      const { balanceBefore, delta, balanceAfter, grant } = moment.update
      return (
        <>
          {credits(balanceBefore)} <span className="font-medium">{signed(delta)}</span> = {credits(balanceAfter)} on{' '}
          <span className="font-mono text-2xs">{shortId(grant)}</span>
        </>
      )
    }
    case 'collected':
      return 'These records were frozen with it: they stay as they were, whatever happens later.'
  }
}

function Entry({
  icon: Icon,
  title,
  at,
  last,
  children,
}: {
  icon: LucideIcon
  title: string
  at: string
  last: boolean
  children: ReactNode
}) {
  return (
    <li className="relative grid grid-cols-[1.75rem_1fr] gap-x-3 pb-5 last:pb-0">
      {!last && <span aria-hidden className="absolute top-7 bottom-0 left-[13px] w-0.5 bg-accent-line" />}
      <span aria-hidden className="grid size-7 place-items-center rounded-full bg-accent-soft text-accent">
        <Icon className="size-3.5" />
      </span>
      <div className="min-w-0 pt-1 text-13">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{title}</span>
          <span className="text-ink-3">{at}</span>
        </p>
        <p className="text-ink-2 [overflow-wrap:anywhere]">{children}</p>
      </div>
    </li>
  )
}
