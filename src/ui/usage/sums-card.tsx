'use client'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { creditsPhrase, units } from '../format/amount.ts'
import { Amount } from '../primitives/amount.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Skeleton } from '../primitives/skeleton.tsx'
import { changeSentence } from './change.ts'
import { DIMENSIONS, type Look, type UsageSums } from './look.ts'
import { SeriesTable } from './series-table.tsx'
import { SumsTable } from './sums-table.tsx'
import type { Go } from './use-look.ts'

const UsageChart = dynamic(() => import('./usage-chart.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-[264px] rounded-lg" />,
})

/** What was used in a range, drawn and as its table, and why it is more or less than before. */
export function SumsCard({ view, look, go, onExport }: { view: UsageSums; look: Look; go: Go; onExport: () => void }) {
  const { total, series } = view
  const by = DIMENSIONS.find(([name]) => name === look.by)?.[1].toLowerCase() ?? ''
  const sentence = changeSentence(view)
  const drawn = `Credits by ${view.range.step} and ${by}: ${series.map(({ title, cost }) => `${title} ${creditsPhrase(cost)}`).join(', ')}.`
  return (
    <Card aria-labelledby="sums" className="overflow-hidden">
      <SectionHead
        id="sums"
        title={`By ${view.range.step} and ${by}`}
        note={
          look.show === 'chart' ? 'in credits; t shows the same as a table' : 'in credits; t shows the same as a chart'
        }
        className="px-5 pt-5"
      >
        <div className="flex items-center gap-2">
          <Button
            size="sm"
            aria-keyshortcuts="t"
            onClick={() => go({ show: look.show === 'chart' ? 'table' : 'chart' })}
          >
            {look.show === 'chart' ? 'Show as table' : 'Show as chart'}
          </Button>
          <Button size="sm" onClick={onExport}>
            Export table
          </Button>
        </div>
      </SectionHead>
      <div className="px-5 pt-3">
        <p className="flex flex-wrap items-baseline gap-x-3">
          <span className="font-medium text-[1.75rem] leading-9 tracking-[-0.03em]">
            <Amount value={total.cost} />
          </span>
          <span className="text-13 text-ink-3">
            credits in {units(total.events)} {total.events === 1n ? 'event' : 'events'}
          </span>
        </p>
        {sentence !== null && (
          <p className="text-13 text-ink-2" data-change="">
            {sentence}
          </p>
        )}
        {view.uncounted && (
          <p role="status" className="mt-1 text-13 text-warn">
            Much was used just now: the latest of it is still being added to these sums.
          </p>
        )}
      </div>
      {series.length === 0 ? (
        <Empty title="Nothing was used in this range" className="pb-10">
          Usage appears here when a request is captured, also when it was free.
        </Empty>
      ) : (
        <>
          {look.show === 'chart' ? (
            <div role="img" aria-label={drawn} className="mt-3 px-3">
              <UsageChart view={view} by={look.by} />
            </div>
          ) : (
            <SumsTable view={view} by={look.by} />
          )}
          <SeriesTable view={view} look={look} go={go} />
        </>
      )}
      {view.denials !== null && view.denials.count > 0n && (
        <p className="border-line border-t px-5 py-3 text-13 text-ink-3">
          {view.denials.cut ? 'More than ' : ''}
          {units(view.denials.count)} {view.denials.count === 1n ? 'request was' : 'requests were'} denied in this range
          and used nothing.{' '}
          <Link href="/app/decisions?outcome=denied" className="text-accent underline underline-offset-2">
            See why
          </Link>
        </p>
      )}
    </Card>
  )
}
