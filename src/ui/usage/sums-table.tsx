'use client'
import { units } from '../format/amount.ts'
import { zoneName } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { cn } from '../primitives/cn.ts'
import { DIMENSIONS, type Dimension, type UsageSums } from './look.ts'
import { bucketName, bucketStarts } from './series.ts'

/** The chart as a table: a line a bar, a column a value. */
export function SumsTable({ view, by }: { view: UsageSums; by: Dimension }) {
  const nowMs = useNow()
  const cell = 'whitespace-nowrap px-2 py-1.5 text-right first:pl-5 first:text-left last:pr-5'
  const title = DIMENSIONS.find(([name]) => name === by)?.[1].toLowerCase() ?? ''
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also for the keyboard
      tabIndex={0}
      role="region"
      aria-label="Table of the chart"
      className="mt-3 max-h-[26rem] overflow-auto border-line border-t"
    >
      <table className="w-full text-13" data-sums="">
        <caption className="sr-only">
          Credits by {view.range.step} and {title}
        </caption>
        <thead className="sticky top-0 bg-surface text-2xs text-ink-3">
          <tr>
            <th scope="col" className={`${cell} font-medium`}>
              {view.range.step === 'day' ? 'Day' : 'Hour'}, {zoneName(view.zone)}
            </th>
            {view.series.map((one) => (
              <th key={String(one.value)} scope="col" className={`${cell} max-w-48 truncate font-medium`}>
                {one.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line border-line border-t">
          {bucketStarts(view).map((atMs, at) => (
            <tr key={atMs}>
              <th scope="row" className={`${cell} font-normal text-ink-2`}>
                {bucketName(atMs, view, nowMs)}
              </th>
              {view.series.map((one) => {
                const { events, cost } = one.buckets[at] ?? { events: 0n, cost: 0n }
                return (
                  <td
                    key={String(one.value)}
                    className={cn(cell, events === 0n && 'text-ink-3')}
                    title={`${units(events)} events`}
                  >
                    <Amount value={cost} />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
