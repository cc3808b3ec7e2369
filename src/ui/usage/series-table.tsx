'use client'
import { units } from '../format/amount.ts'
import { percent } from '../format/share.ts'
import { Amount } from '../primitives/amount.tsx'
import { changeShare } from './change.ts'
import { DIMENSIONS, filtered, type Look, type UsageSums } from './look.ts'
import { seriesColour } from './series.ts'
import type { Go } from './use-look.ts'

/** The values of the chart, with their sums; a value is a way to look at it alone. */
export function SeriesTable({ view, look, go }: { view: UsageSums; look: Look; go: Go }) {
  const { series, total } = view
  const compared = series.some(({ before }) => before !== null)
  const head = 'px-2 py-2 text-right font-medium text-2xs text-ink-3 first:pl-5 first:text-left last:pr-5'
  const cell = 'px-2 py-1.5 text-right first:pl-5 first:text-left last:pr-5'
  const by = DIMENSIONS.find(([name]) => name === look.by)?.[1] ?? ''
  return (
    <table className="mt-2 w-full border-line border-t text-13">
      <caption className="sr-only">Usage of the range by {by.toLowerCase()}</caption>
      <thead>
        <tr>
          <th scope="col" className={head}>
            {by}
          </th>
          <th scope="col" className={head}>
            Events
          </th>
          <th scope="col" className={head}>
            Credits
          </th>
          <th scope="col" className={`${head} hidden sm:table-cell`}>
            Share
          </th>
          {compared && (
            <th scope="col" className={head}>
              Before
            </th>
          )}
          {compared && (
            <th scope="col" className={`${head} hidden sm:table-cell`}>
              Change
            </th>
          )}
        </tr>
      </thead>
      <tbody className="divide-y divide-line border-line border-t">
        {series.map((one, index) => (
          <tr key={String(one.value)}>
            <th scope="row" className={`${cell} font-normal`}>
              <span className="flex min-w-0 items-center gap-2">
                <span
                  aria-hidden
                  className="size-2 shrink-0 rounded-[2.5px]"
                  style={{ background: seriesColour(look.by, one.value, index) }}
                />
                {one.value === null ? (
                  one.title
                ) : (
                  <button
                    type="button"
                    title={`Show only ${one.title}`}
                    onClick={() => go({ filter: filtered(look.filter, look.by, one.value) })}
                    className="min-w-0 max-w-[40vw] truncate text-left hover:underline sm:max-w-72"
                  >
                    {one.title}
                  </button>
                )}
              </span>
            </th>
            <td className={cell}>{units(one.events)}</td>
            <td className={cell}>
              <Amount value={one.cost} />
            </td>
            <td className={`${cell} hidden text-ink-2 sm:table-cell`}>
              {total.cost === 0n ? '' : percent(one.cost, total.cost)}
            </td>
            {one.before !== null && (
              <td className={`${cell} text-ink-2`}>
                <Amount value={one.before.cost} />
              </td>
            )}
            {one.before !== null && (
              <td className={`${cell} hidden text-ink-2 sm:table-cell`}>
                {changeShare(one.cost, one.before.cost) ?? (one.cost > 0n ? 'new' : '')}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
