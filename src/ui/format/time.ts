const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS: Record<string, string> = {
  Mon: 'Mon',
  Tue: 'Tue',
  Wed: 'Wed',
  Thu: 'Thu',
  Fri: 'Fri',
  Sat: 'Sat',
  Sun: 'Sun',
}

/** Only digits are taken from Intl: server and browser may know different versions of everything else. */
function partsIn(atMs: number, timeZone: string) {
  const format = formatters.get(timeZone) ?? makeFormatter(timeZone)
  const part: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(atMs)) part[type] = value
  const { year = '', month = '1', day = '', hour = '', minute = '', second = '', weekday = '' } = part
  return {
    year,
    month: MONTHS[Number(month) - 1] ?? '',
    day: String(Number(day)),
    hour: hour === '24' ? '00' : hour,
    minute,
    second,
    weekday: DAYS[weekday] ?? '',
  }
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function makeFormatter(timeZone: string): Intl.DateTimeFormat {
  const digits = '2-digit'
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: digits,
    minute: digits,
    second: digits,
    hourCycle: 'h23',
  })
  if (formatters.size < 100) formatters.set(timeZone, format)
  return format
}

/** "12:03:10" */
export function clockTime(atMs: number, timeZone: string): string {
  const { hour, minute, second } = partsIn(atMs, timeZone)
  return `${hour}:${minute}:${second}`
}

/** "Fri 20 Nov, 14:05"; with the year when it is not the one of `nowMs`. */
export function dayTime(atMs: number, timeZone: string, nowMs: number): string {
  const at = partsIn(atMs, timeZone)
  const year = at.year === partsIn(nowMs, timeZone).year ? '' : ` ${at.year}`
  return `${at.weekday} ${at.day} ${at.month}${year}, ${at.hour}:${at.minute}`
}

/** "20 Nov 2026, 14:05:09" */
export function fullTime(atMs: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } = partsIn(atMs, timeZone)
  return `${day} ${month} ${year}, ${hour}:${minute}:${second}`
}

function sameDay(aMs: number, bMs: number, timeZone: string): boolean {
  const a = partsIn(aMs, timeZone)
  const b = partsIn(bMs, timeZone)
  return a.day === b.day && a.month === b.month && a.year === b.year
}

/** "12:03:10" on the day of `nowMs`, else "Fri 20 Nov, 14:05": for columns whose head names the zone. */
export function rowTime(atMs: number, timeZone: string, nowMs: number): string {
  return sameDay(atMs, nowMs, timeZone) ? clockTime(atMs, timeZone) : dayTime(atMs, timeZone, nowMs)
}

const UTC_INSTANT = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) UTC/g

/** A sentence of the API, whose instants are UTC, as the person reads it: the same instants in their own zone. */
export function inZone(sentence: string, timeZone: string, nowMs: number): string {
  return sentence.replace(UTC_INSTANT, (_, day: string, time: string) => {
    const atMs = Date.parse(`${day}T${time}Z`)
    const { weekday, day: date, month } = partsIn(atMs, timeZone)
    return `${clockTime(atMs, timeZone)} ${zoneName(timeZone)}${sameDay(atMs, nowMs, timeZone) ? '' : ` on ${weekday} ${date} ${month}`}`
  })
}

/** The zone as a person knows it: "Europe/Berlin" -> "Berlin time". */
export function zoneName(timeZone: string): string {
  if (timeZone === 'UTC' || timeZone === 'Etc/UTC') return 'UTC'
  return `${(timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ')} time`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** From here on hours say nothing to anybody. */
const ONLY_DAYS_MS = 30 * 86_400_000

/** The two largest units, rounded down: "2 h 14 min", "45 s", "3 d"; from 30 days on days alone. */
export function duration(ms: number): string {
  const size = Math.max(0, ms)
  const first = UNITS.findIndex(([, length]) => size >= length)
  const largest = UNITS[first]
  if (largest === undefined) return '0 s'
  const [unit, length] = largest
  const whole = Math.floor(size / length)
  const next = UNITS[first + 1]
  const rest = next === undefined || size >= ONLY_DAYS_MS ? 0 : Math.floor((size - whole * length) / next[1])
  return rest === 0 || next === undefined ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${next[0]}`
}

/** "in 2 h 14 min", "3 min 2 s ago", "now". */
export function relative(atMs: number, nowMs: number): string {
  const away = atMs - nowMs
  if (Math.abs(away) < 1_000) return 'now'
  return away > 0 ? `in ${duration(away)}` : `${duration(-away)} ago`
}
