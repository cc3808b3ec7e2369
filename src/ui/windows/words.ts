import type { Outputs } from '../trpc/client.tsx'
import type { Overview, WindowCardView } from '../access/types.ts'

export type WindowInstance = Outputs['limits']['windowHistory']['instances'][number]

/** What an instance's beginning says about the reset before it. */
export const BEGAN_WORDS: Record<WindowInstance['began'], string> = {
  schedule: 'by schedule, when the period before it ended',
  banked_reset: 'by a banked reset, before the one before it was over',
  first_use: 'by first use, after the one before it had ended',
}

/** What pays once this window is used up, or that nothing does. */
export function afterOf(window: WindowCardView, data: Overview): string {
  const feature = window.features?.[0]
  const view = data.payingNow.find((one) => feature === undefined || one.feature === feature)
  const next = view?.stops.find((stop) => stop.layer !== 'included' && stop.left > 0n && stop.standing !== 'off')
  if (next === undefined) return 'requests are denied until it is full again'
  if (next.standing === 'consent') return 'credits pay, if you consent each time'
  return `${next.title.toLowerCase()} pays`
}
