import { formatMoney } from '../../core/shared/money.ts'
import { dayTime, zoneName } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { cn } from '../primitives/cn.ts'
import type { Offer } from './types.ts'

/** Packs as one choice: arrow keys move through it, as radio buttons do. */
export function PackCards({
  packs,
  chosen,
  onChoose,
  pace,
  zone,
}: {
  packs: Offer['packs']
  chosen: string
  onChoose: (id: string) => void
  pace: Offer['pace']
  zone: string
}) {
  const nowMs = useNow()
  return (
    <fieldset>
      <legend className="mb-2 font-semibold text-[0.9375rem] tracking-[-0.006em]">Choose a pack</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        {packs.map((pack) => {
          const on = pack.id === chosen
          return (
            <label
              key={pack.id}
              className={cn(
                'relative flex cursor-pointer flex-col rounded-xl border p-4 shadow-card transition-colors has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-focus has-[:focus-visible]:outline-offset-2',
                on
                  ? 'border-accent bg-accent-soft/40 ring-1 ring-accent'
                  : 'border-line bg-surface hover:border-line-strong',
              )}
            >
              <input
                type="radio"
                name="pack"
                value={pack.id}
                checked={on}
                onChange={() => onChoose(pack.id)}
                className="absolute top-4 right-4 size-4 accent-(--accent) outline-none"
              />
              <span className="font-medium text-[1.5rem] leading-7 tracking-[-0.03em]">
                <Amount value={pack.credits} />
              </span>
              <span className="text-13 text-ink-3">credits</span>
              <span className="mt-3 font-medium">{formatMoney(pack.totalMinor, pack.currency)}</span>
              <span className="text-13 text-ink-3">{pack.taxNote ?? 'no tax is contained'}</span>
              <span className="mt-3 border-line border-t pt-3 text-13 text-ink-2">
                {pack.expiresAtMs === null
                  ? 'Does not expire'
                  : `Bought now, it ends ${dayTime(pack.expiresAtMs, zone, nowMs)} ${zoneName(zone)}`}
              </span>
              {pace.byCreditsADay > 0n && (
                <span className="mt-1 text-13 text-ink-2">{lasts(pack.credits, pace.byCreditsADay)}</span>
              )}
            </label>
          )
        })}
      </div>
    </fieldset>
  )
}

/** Estimates are rounded down: nobody should count on a day that is not there. */
export function lasts(credits: bigint, aDay: bigint): string {
  const hours = aDay === 0n ? 0n : (credits * 24n) / aDay
  if (hours < 1n) return 'Less than an hour at this pace'
  if (hours < 48n) return `About ${hours} ${hours === 1n ? 'hour' : 'hours'} at this pace`
  return `About ${hours / 24n} days at this pace`
}
