const FIRST_MS = 500
const LONGEST_MS = 60_000

/** How long after its n-th failed attempt (n >= 1) an event is tried again: 1, 2, 4, 8 s ..., at most a minute. */
export function backOffMs(attempts: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(attempts, 16), LONGEST_MS)
}
