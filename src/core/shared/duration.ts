const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** A length of time in whole units, exact: 5400000 -> "1 h 30 min". Needs `ms` >= 0. */
export function formatDuration(ms: number): string {
  let rest = ms
  const parts: string[] = []
  for (const [name, unitMs] of UNITS) {
    const count = Math.floor(rest / unitMs)
    if (count === 0) continue
    parts.push(`${count} ${name}`)
    rest -= count * unitMs
  }
  return parts.join(' ') || '0 s'
}
