import { units } from '../format/amount.ts'
import { SKIP_WORDS } from '../format/words.ts'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import type { Explanation, WaterfallStop } from './types.ts'

/** The picture's equal: every step that was tried, in order, with all figures. */
export function WaterfallTable({ explanation }: { explanation: Explanation }) {
  const head = 'px-3 py-2 text-left font-medium text-2xs text-ink-3 first:pl-0 last:pr-0'
  const cell = 'px-3 py-2 align-top first:pl-0 last:pr-0'
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls sideways has to be reachable by key
    <div className="overflow-x-auto" role="region" aria-label="Steps as a table" tabIndex={0}>
      <table className="w-full min-w-[34rem] text-13">
        <caption className="sr-only">Steps of the decision in the order in which they were tried</caption>
        <thead>
          <tr className="border-line border-b">
            <th scope="col" className={head}>
              Step
            </th>
            <th scope="col" className={`${head} text-right`}>
              Had
            </th>
            <th scope="col" className={`${head} text-right`}>
              Took
            </th>
            <th scope="col" className={`${head} text-right`}>
              Still to cover
            </th>
            <th scope="col" className={head}>
              Finding
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {explanation.stops.map((stop, i) => (
            <tr key={`${stop.source}-${stop.kind}`}>
              <th scope="row" className={`${cell} text-left font-medium`}>
                {i + 1}. {stop.title}
              </th>
              <td className={`${cell} text-right`}>
                <Figure stop={stop} value={stop.found} />
              </td>
              <td className={`${cell} text-right`}>
                {stop.verdict === 'took' ? (
                  <Figure stop={stop} value={stop.took} />
                ) : (
                  <span className="text-ink-3">0</span>
                )}
              </td>
              <td className={`${cell} text-right`}>
                <Amount value={stop.needAfter} />
              </td>
              <td className={cell}>
                <span className="text-ink-2">{findingOf(stop)}</span>
                {stop.decidedHere && (
                  <Badge tone="accent" className="ml-2">
                    decided here
                  </Badge>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Figure = ({ stop, value }: { stop: WaterfallStop; value: bigint | null }) =>
  value === null ? (
    <span className="text-ink-3">-</span>
  ) : stop.layer === null ? (
    <>{units(value)}</>
  ) : (
    <Amount value={value} />
  )

function findingOf(stop: WaterfallStop): string {
  if (stop.alongside && stop.verdict === 'took') return 'counts the same amount'
  if (stop.verdict === 'took') return 'took'
  if (stop.verdict === 'passed') return 'passed'
  if (stop.verdict === 'denied') return stop.kind === 'guard' ? `denied, ${units(stop.took)} asked` : 'denied'
  return SKIP_WORDS[stop.why ?? ''] ?? stop.why ?? 'skipped'
}
