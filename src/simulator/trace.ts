import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { type Columns, type Line, parseRow, readHeader } from './trace-row.ts'

/** One recorded request. `row` counts data lines from 1, broken ones too. */
export interface TraceRow {
  readonly row: number
  readonly atMs: number
  readonly contextTokens: number
  readonly generatedTokens: number
}

export interface BrokenLine {
  /** Line of the file, from 1. */
  readonly line: number
  readonly reason: string
}

/** Filled while the trace is read. `broken` keeps the first 20; `skipped` counts all of them. */
export interface TraceProgress {
  rows: number
  skipped: number
  readonly broken: BrokenLine[]
  /** For the share that is done: characters of the lines read so far, and bytes of the file when known. */
  charactersRead: number
  bytesTotal: number | null
}

/** The file as a whole cannot be replayed; the message says why, for the person who typed its name. */
export class TraceUnreadable extends Error {
  override readonly name = 'TraceUnreadable'
}

export const KEPT_BROKEN_LINES = 20
/** A longer line is not kept in memory: it is reported and skipped. */
export const MAX_LINE_CHARACTERS = 4_096

export const newProgress = (): TraceProgress => ({
  rows: 0,
  skipped: 0,
  broken: [],
  charactersRead: 0,
  bytesTotal: null,
})

/**
 * Streams a trace in the Azure LLM inference format: a header with the columns TIMESTAMP, ContextTokens and
 * GeneratedTokens in any order (others are ignored), then one request a line. A byte order mark, CRLF and empty lines are
 * tolerated. A broken line is noted in `progress` and skipped. Throws TraceUnreadable when there is no such file, it is
 * a directory, empty, or its header lacks a column.
 */
export async function* readTrace(path: string, progress: TraceProgress): AsyncGenerator<TraceRow> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new TraceUnreadable(error.code === 'ENOENT' ? `${path}: there is no such file` : `${path}: ${error.message}`)
  })
  if (info.isDirectory()) throw new TraceUnreadable(`${path}: is a directory, not a file`)
  if (info.isFile()) progress.bytesTotal = info.size
  try {
    yield* parseTrace(decode(createReadStream(path)), progress)
  } catch (error) {
    if (error instanceof TraceUnreadable) throw new TraceUnreadable(`${path}: ${error.message}`)
    if ((error as NodeJS.ErrnoException).code === 'EACCES') throw new TraceUnreadable(`${path}: may not be read`)
    throw error
  }
}

/** The same for text that comes in pieces, such as the generator's. */
export async function* parseTrace(
  chunks: AsyncIterable<string> | Iterable<string>,
  progress: TraceProgress,
): AsyncGenerator<TraceRow> {
  let columns: Columns | null = null
  for await (const line of splitLines(chunks)) {
    if (line.text !== null && line.text.trim() === '') continue
    if (columns === null) {
      const header = readHeader(line)
      if (!header.ok) throw new TraceUnreadable(header.reason)
      columns = header.columns
      continue
    }
    progress.charactersRead = line.endsAt
    const parsed = parseRow(line, columns)
    const row = progress.rows + progress.skipped + 1
    if (parsed.ok) {
      progress.rows += 1
      yield { row, ...parsed.fields }
    } else {
      progress.skipped += 1
      if (progress.broken.length < KEPT_BROKEN_LINES) progress.broken.push({ line: line.number, reason: parsed.reason })
    }
  }
  if (columns === null)
    throw new TraceUnreadable('is empty; a header line with TIMESTAMP,ContextTokens,GeneratedTokens is expected')
}

async function* decode(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8')
  for await (const chunk of stream) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** Splits at LF or CRLF; keeps at most MAX_LINE_CHARACTERS of a line, and none of a longer one. */
async function* splitLines(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Line> {
  let rest = ''
  let tooLong = false
  let number = 0
  let endsAt = 0
  const take = (text: string): Line => {
    number += 1
    endsAt += text.length + 1
    const whole = rest + text
    const line = {
      number,
      endsAt,
      text: tooLong || whole.length > MAX_LINE_CHARACTERS ? null : whole.replace(/\r$/, ''),
    }
    rest = ''
    tooLong = false
    return line
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      yield take(chunk.slice(start, end))
      start = end + 1
    }
    endsAt += chunk.length - start
    if (!tooLong) rest += chunk.slice(start)
    if (rest.length > MAX_LINE_CHARACTERS) {
      rest = ''
      tooLong = true
    }
  }
  if (rest !== '' || tooLong) yield take('')
}
