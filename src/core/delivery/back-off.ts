/** How something is tried again: a first pause that doubles up to a longest one, and an end. */
export interface RetryRule {
  readonly firstMs: number
  readonly longestMs: number
  readonly attempts: number
}

/**
 * The pause after the n-th failed attempt (n >= 1), or null when that was the last one. `chance` in [0, 1) spreads it
 * over the upper half of the pause, so that what failed together is not tried together.
 */
export function retryPauseMs(rule: RetryRule, failed: number, chance: number): number | null {
  if (failed >= rule.attempts) return null
  const full = Math.min(rule.firstMs * 2 ** Math.min(failed - 1, 30), rule.longestMs)
  return Math.round(full / 2 + (full / 2) * chance)
}
