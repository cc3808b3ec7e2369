import { credits } from '../format/amount.ts'
import { fullTime } from '../format/time.ts'
import { csvOf } from './csv.ts'
import { DIMENSIONS, type Look, type UsageSums } from './look.ts'
import { paidWords } from './row-line.tsx'
import type { ListedRow } from './rows-card.tsx'
import { bucketStarts } from './series.ts'

/** Rows of one file. */
export const MOST_EXPORTED = 10_000

/** The digits of the screen, without the marks between thousands: a spreadsheet would take them for text. */
const plain = (cost: bigint): string => credits(cost).replaceAll(',', '')

const localTime = (atMs: number, zone: string): string => fullTime(atMs, zone).replace(',', '')

export const eventsFile = (rows: readonly ListedRow[], zone: string): string =>
  csvOf([
    [
      'Time UTC',
      `Time ${zone}`,
      'Feature',
      'Member or key',
      'Task',
      'Model',
      'Outcome',
      'Paid by',
      'Credits',
      'Running total',
      'Id',
    ],
    ...rows.map(({ row, running }) => [
      new Date(row.atMs).toISOString(),
      localTime(row.atMs, zone),
      row.featureTitle,
      row.subject ?? '',
      row.task ?? '',
      row.model,
      row.outcomeTitle,
      paidWords(row.lines) || 'free',
      plain(row.cost),
      plain(running),
      row.id,
    ]),
  ])

/** The table of the chart: a line a bar, a column a value, as on the screen. */
export const sumsFile = (view: UsageSums): string =>
  csvOf([
    [`${view.range.step === 'day' ? 'Day' : 'Hour'} ${view.zone}`, ...view.series.map(({ title }) => title)],
    ...bucketStarts(view).map((atMs, at) => [
      localTime(atMs, view.zone),
      ...view.series.map(({ buckets }) => plain(buckets[at]?.cost ?? 0n)),
    ]),
  ])

export const fileName = (what: string, view: UsageSums, look: Look): string => {
  const by = what === 'events' ? [] : [`by-${look.by}`]
  const filters = DIMENSIONS.flatMap(([name]) => {
    const value = look.filter[name]
    return value === undefined ? [] : [`${name}-${value.replaceAll(/[^\w.-]+/g, '_').slice(0, 24) || 'none'}`]
  })
  return `${['usage', what, ...view.range.days, ...by, ...filters].join('_')}.csv`
}
