import { credits, units } from '../format/amount.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import type { Explanation } from './types.ts'

/** How the cost comes about: units times rate times multipliers, rounded up once at the end. */
export function Arithmetic({
  arithmetic,
  policyVersion,
}: {
  arithmetic: Explanation['arithmetic']
  policyVersion: number
}) {
  return (
    <Card aria-labelledby="arithmetic" className="p-5">
      <SectionHead id="arithmetic" title="Arithmetic" note={`rate card of policy version ${policyVersion}`} />
      {arithmetic.lines.length === 0 ? (
        <p className="mt-3 text-13 text-ink-2">The cost was given by the product, so there is no rate to multiply.</p>
      ) : (
        <ul className="mt-3 space-y-1 text-13">
          {arithmetic.lines.map((line) => (
            <li key={line.meter} className="flex flex-wrap justify-between gap-x-4">
              <span className="text-ink-2">{arithmetic.meters[line.meter] ?? line.meter}</span>
              <span>
                {units(line.units)} &times; {credits(line.microCredits)}
                {line.per !== 1 && <span className="text-ink-3"> per {units(line.per)}</span>}
                {line.multipliers.map((factor) => (
                  <span key={factor}> &times; {factor}</span>
                ))}
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-3 flex justify-between border-line-strong border-t pt-2 font-medium text-13">
        <span>Cost, rounded up once to a millionth</span>
        <span>{credits(arithmetic.cost)} credits</span>
      </p>
    </Card>
  )
}
