import { signed } from '../format/amount.ts'
import type { UsageSums } from './look.ts'

/** 500n of 400n is "+25%"; null where there was nothing to compare with. In permille, so that no float is near an amount. */
export function changeShare(now: bigint, before: bigint): string | null {
  if (before <= 0n) return null
  const permille = ((now - before) * 1000n) / before
  const size = permille < 0n ? -permille : permille
  if (permille === 0n) return now === before ? '0%' : now > before ? '+<0.1%' : '\u2212<0.1%'
  const fraction = size % 10n
  const text = size >= 1000n || fraction === 0n ? `${size / 10n}` : `${size / 10n}.${fraction}`
  return `${permille < 0n ? '\u2212' : '+'}${text}%`
}

/** Why credits changed, as a sentence: "+12% credits: volume +20, mix −5, price −3". */
export function changeSentence({ total, before, split }: Pick<UsageSums, 'total' | 'before' | 'split'>): string | null {
  if (before === null || split === null) return null
  if (before.events === 0n) return total.events === 0n ? null : 'Nothing was used in the range before.'
  const share = changeShare(total.cost, before.cost)
  const lead = share === null ? `${signed(split.change)} credits` : `${share} credits`
  if (split.change === 0n && split.mix === 0n && split.price === 0n) return 'The same credits as in the range before.'
  return `${lead}: volume ${signed(split.volume)}, mix ${signed(split.mix)}, price ${signed(split.price)}`
}
