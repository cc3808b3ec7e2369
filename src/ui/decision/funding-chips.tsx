import { credits } from '../format/amount.ts'
import { LayerMark } from '../primitives/layer-mark.tsx'
import type { DecisionRow } from '../access/types.ts'

/** Which sources paid how much. */
export function FundingChips({ funding }: { funding: DecisionRow['funding'] }) {
  if (funding.length === 0) return <span className="text-13 text-ink-3">nothing</span>
  return (
    <ul className="flex flex-wrap gap-1">
      {funding.map((line) => (
        <li
          key={line.source}
          className="inline-flex items-center gap-1.5 whitespace-nowrap rounded-[5px] bg-sunken px-1.5 text-2xs leading-5 ring-1 ring-line ring-inset"
        >
          <LayerMark layer={line.layer} />
          <span className="text-ink-2">{line.title}</span>
          <span className="font-medium">{credits(line.amount)}</span>
        </li>
      ))}
    </ul>
  )
}
