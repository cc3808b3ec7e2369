import type { MicroCredits } from '../../core/shared/amount.ts'
import { creditParts, creditsWord } from '../format/amount.ts'
import { cn } from './cn.ts'

interface AmountProps {
  readonly value: MicroCredits
  /** Say "credits" after it. */
  readonly unit?: boolean
  /** One colour for all digits: on a dark panel, and where the text is quiet already. */
  readonly plain?: boolean
  /** In a column: takes the room of all six digits, so that decimal points stand below each other. */
  readonly aligned?: boolean
  readonly className?: string
}

/** Credits, exactly: the fraction is quieter than the whole, and never cut off. */
export function Amount({ value, unit = false, plain = false, aligned = false, className }: AmountProps) {
  const [whole, fraction] = creditParts(value)
  return (
    <span className={cn('whitespace-nowrap', className)}>
      {whole}
      {fraction && <span className={plain ? '' : 'text-ink-3'}>{fraction}</span>}
      {aligned && (
        <span aria-hidden className="invisible">
          {'.000000'.slice(fraction.length)}
        </span>
      )}
      {unit && <span className="font-normal text-ink-3"> {creditsWord(value)}</span>}
    </span>
  )
}
