import { creditsPhrase } from '../format/amount.ts'
import type { WindowCardView } from '../access/types.ts'

/** What of a window comes back, and how: nobody has to know the kind to understand it. */
export function Returns({ window }: { window: WindowCardView }) {
  if (window.used === 0n) return 'nothing has to: all of it is there'
  if (window.kind === 'sliding') return 'bit by bit: each use comes back once it is as old as the window is long'
  return `all ${creditsPhrase(window.used)} that you used, at once; nothing before that`
}
