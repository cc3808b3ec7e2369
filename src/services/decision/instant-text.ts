const DAY_MS = 86_400_000
const MINUTE_MS = 60_000
/** The first instant after the year 9999, whose text is longer. */
const END_MS = 253_402_300_800_000
/** A power of two. Windows of one deployment end within some weeks of each other. */
const DAYS_KNOWN = 64

const digits = (value: number, length: number): string => `${value}`.padStart(length, '0')
const MINUTES = Array.from({ length: 1_440 }, (_, at) => `T${digits(Math.floor(at / 60), 2)}:${digits(at % 60, 2)}:`)
const SECONDS = Array.from({ length: 60 }, (_, second) => digits(second, 2))
const MILLISECONDS = Array.from({ length: 1_000 }, (_, ms) => `.${digits(ms, 3)}Z`)

const days = new Int32Array(DAYS_KNOWN).fill(-1)
const dayTexts = Array.from({ length: DAYS_KNOWN }, () => '')

/** What `toISOString` writes, from tables: an answer names four to six instants, and this was a third of its time. */
export function instantText(atMs: number): string {
  if (!(atMs >= 0 && atMs < END_MS) || !Number.isInteger(atMs)) return new Date(atMs).toISOString()
  const day = Math.floor(atMs / DAY_MS)
  const slot = day & (DAYS_KNOWN - 1)
  if (days[slot] !== day) {
    dayTexts[slot] = new Date(atMs).toISOString().slice(0, 10)
    days[slot] = day
  }
  const inDay = atMs - day * DAY_MS
  const minute = Math.floor(inDay / MINUTE_MS)
  const inMinute = inDay - minute * MINUTE_MS
  const second = Math.floor(inMinute / 1_000)
  return `${dayTexts[slot]}${MINUTES[minute]}${SECONDS[second]}${MILLISECONDS[inMinute - second * 1_000]}`
}
