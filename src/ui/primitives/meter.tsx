import { width } from '../format/share.ts'
import { cn } from './cn.ts'

/** How full something is. `text` says the same in words, for whoever does not see the bar. */
export function Meter({
  permille,
  label,
  text,
  tone = 'normal',
}: {
  permille: number
  label: string
  text: string
  tone?: 'normal' | 'high' | 'full'
}) {
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1000}
      aria-valuenow={permille}
      aria-valuetext={text}
      className="relative h-2 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
    >
      <div
        className={cn(
          'h-full rounded-full transition-[width] duration-700 ease-water',
          tone === 'full' ? 'bg-bad' : tone === 'high' ? 'bg-caution' : 'bg-included',
        )}
        style={{ width: width(permille), minWidth: permille > 0 ? '4px' : 0 }}
      />
    </div>
  )
}
