import { CircleCheck, CircleX, Hourglass, Info } from 'lucide-react'
import { Card, SectionHead } from '../primitives/card.tsx'
import { type CaseView, checkLines } from './words.ts'

const ICONS = { holds: CircleCheck, broken: CircleX, noted: Info, waits: Hourglass } as const
const TONES = { holds: 'text-ok', broken: 'text-bad', noted: 'text-accent', waits: 'text-warn' } as const
const SAID = { holds: 'It holds', broken: 'It does not hold', noted: 'Worth a look', waits: 'Not known' } as const

/** What the frozen records say of themselves, recounted at each reading. */
export function ChecksCard({ view }: { view: CaseView }) {
  return (
    <Card aria-labelledby="checks" className="p-5">
      <SectionHead id="checks" title="Checks" note="recounted from the records, now" />
      <ul className="mt-3 space-y-2.5">
        {checkLines(view).map(({ check, result, says, now }) => {
          const Icon = ICONS[result]
          return (
            <li key={check} data-check={check} data-result={result} className="flex items-start gap-2.5 text-13">
              <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${TONES[result]}`} />
              <p>
                <span className="sr-only">{SAID[result]}: </span>
                <span className="font-medium">{says}</span>
                {now !== null && <span className="block text-ink-3">{now}</span>}
              </p>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
