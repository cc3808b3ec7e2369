/** A line of the file; `text` null: it was too long to keep. */
export interface Line {
  readonly number: number
  /** Characters of the file up to the end of this line. */
  readonly endsAt: number
  readonly text: string | null
}

export interface Columns {
  readonly timestamp: number
  readonly contextTokens: number
  readonly generatedTokens: number
  readonly count: number
}

interface Fields {
  readonly atMs: number
  readonly contextTokens: number
  readonly generatedTokens: number
}

const NAMES = { timestamp: 'TIMESTAMP', contextTokens: 'ContextTokens', generatedTokens: 'GeneratedTokens' } as const
/** Above this a row is a mistake, not a request. */
const MAX_TOKENS = 100_000_000

export function readHeader(line: Line): { ok: true; columns: Columns } | { ok: false; reason: string } {
  const cells = splitCells((line.text ?? '').replace(/^\uFEFF/, '')) ?? []
  const at = (name: string) => cells.findIndex((cell) => cell.toLowerCase() === name.toLowerCase())
  const columns = {
    timestamp: at(NAMES.timestamp),
    contextTokens: at(NAMES.contextTokens),
    generatedTokens: at(NAMES.generatedTokens),
    count: cells.length,
  }
  const missing = Object.entries(NAMES).filter(([key]) => columns[key as keyof typeof NAMES] < 0)
  if (missing.length === 0) return { ok: true, columns }
  return {
    ok: false,
    reason: `the header (line ${line.number}) lacks ${missing.map(([, name]) => name).join(', ')}; expected columns are ${Object.values(NAMES).join(',')}`,
  }
}

export function parseRow(line: Line, columns: Columns): { ok: true; fields: Fields } | { ok: false; reason: string } {
  if (line.text === null) return { ok: false, reason: 'line is too long' }
  const cells = splitCells(line.text)
  if (cells === null) return { ok: false, reason: 'a quote is not closed' }
  if (cells.length !== columns.count) return { ok: false, reason: `${cells.length} columns, expected ${columns.count}` }
  const atMs = parseTimestamp(cells[columns.timestamp] ?? '')
  if (atMs === null)
    return {
      ok: false,
      reason: `TIMESTAMP ${quote(cells[columns.timestamp])} is not a time such as 2023-11-16 18:17:03.9799600`,
    }
  const contextTokens = parseTokens(cells[columns.contextTokens] ?? '')
  if (contextTokens === null)
    return {
      ok: false,
      reason: `ContextTokens ${quote(cells[columns.contextTokens])} is not a whole number from 0 to ${MAX_TOKENS}`,
    }
  const generatedTokens = parseTokens(cells[columns.generatedTokens] ?? '')
  if (generatedTokens === null)
    return {
      ok: false,
      reason: `GeneratedTokens ${quote(cells[columns.generatedTokens])} is not a whole number from 0 to ${MAX_TOKENS}`,
    }
  return { ok: true, fields: { atMs, contextTokens, generatedTokens } }
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|\+00:00)?$/

/** The trace's clock is UTC. Digits below a millisecond are dropped. Null for a time that no calendar has. */
function parseTimestamp(text: string): number | null {
  const match = TIME.exec(text)
  if (!match) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number)
  const millisecond = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second, millisecond)
  const back = new Date(atMs)
  const real = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  return real ? atMs : null
}

function parseTokens(text: string): number | null {
  if (!/^\d{1,9}$/.test(text)) return null
  const tokens = Number(text)
  return tokens <= MAX_TOKENS ? tokens : null
}

/** Cells of a CSV line, trimmed; a quoted cell may hold commas and doubled quotes. Null when a quote stays open. */
function splitCells(text: string): string[] | null {
  if (!text.includes('"')) return text.split(',').map((cell) => cell.trim())
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]
    if (character === '"' && quoted && text[i + 1] === '"') {
      cell += '"'
      i += 1
    } else if (character === '"') quoted = !quoted
    else if (character === ',' && !quoted) {
      cells.push(cell.trim())
      cell = ''
    } else cell += character
  }
  return quoted ? null : [...cells, cell.trim()]
}

const quote = (text: string | undefined) => JSON.stringify((text ?? '').slice(0, 40))
