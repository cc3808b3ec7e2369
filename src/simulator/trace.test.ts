import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateTrace, GENERATOR_DEFAULTS } from './generate-trace.ts'
import { KEPT_BROKEN_LINES, newProgress, parseTrace, readTrace, TraceUnreadable, type TraceRow } from './trace.ts'

const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens\n'
const GOOD = '2023-11-16 18:17:03.9799600,4808,10\n'

async function parse(...chunks: string[]) {
  const progress = newProgress()
  const rows: TraceRow[] = []
  for await (const row of parseTrace(chunks, progress)) rows.push(row)
  return { ...progress, rows }
}

describe('a trace line', () => {
  it.each([
    [
      'seven-digit fraction',
      '2023-11-16 18:17:03.9799600,4808,10',
      { atMs: Date.UTC(2023, 10, 16, 18, 17, 3, 979), contextTokens: 4808, generatedTokens: 10 },
    ],
    [
      'no fraction',
      '2023-11-16 18:17:03,1,2',
      { atMs: Date.UTC(2023, 10, 16, 18, 17, 3), contextTokens: 1, generatedTokens: 2 },
    ],
    [
      'ISO form',
      '2023-11-16T18:17:03.5Z,1,2',
      { atMs: Date.UTC(2023, 10, 16, 18, 17, 3, 500), contextTokens: 1, generatedTokens: 2 },
    ],
    [
      'spaces and quotes',
      ' "2023-11-16 18:17:03" , "7" ,8',
      { atMs: Date.UTC(2023, 10, 16, 18, 17, 3), contextTokens: 7, generatedTokens: 8 },
    ],
    [
      'zero tokens',
      '2023-11-16 18:17:03,0,0',
      { atMs: Date.UTC(2023, 10, 16, 18, 17, 3), contextTokens: 0, generatedTokens: 0 },
    ],
  ])('is read: %s', async (_, line, fields) => {
    expect((await parse(HEADER, line)).rows).toEqual([{ row: 1, ...fields }])
  })

  it.each([
    ['two columns', '2023-11-16 18:17:03,1', '2 columns, expected 3'],
    ['four columns', '2023-11-16 18:17:03,1,2,3', '4 columns, expected 3'],
    ['30 February', '2023-02-30 18:17:03,1,2', 'TIMESTAMP "2023-02-30 18:17:03" is not a time'],
    ['25 o’clock', '2023-02-03 25:17:03,1,2', 'is not a time'],
    ['no time', 'yesterday,1,2', 'TIMESTAMP "yesterday" is not a time'],
    ['negative', '2023-11-16 18:17:03,-1,2', 'ContextTokens "-1" is not a whole number'],
    ['fraction', '2023-11-16 18:17:03,1,2.5', 'GeneratedTokens "2.5" is not a whole number'],
    ['exponent', '2023-11-16 18:17:03,1e3,2', 'ContextTokens "1e3"'],
    ['absurd', '2023-11-16 18:17:03,999999999,2', 'ContextTokens "999999999"'],
    ['empty cell', '2023-11-16 18:17:03,,2', 'ContextTokens ""'],
    ['open quote', '"2023-11-16 18:17:03,1,2', 'a quote is not closed'],
    ['huge', 'x'.repeat(5_000), 'line is too long'],
  ])('is skipped with its number and reason: %s', async (_, line, reason) => {
    const { rows, skipped, broken } = await parse(HEADER, GOOD, `${line}\n`, GOOD)
    expect(rows.map((row) => row.row)).toEqual([1, 3])
    expect(skipped).toBe(1)
    expect(broken).toEqual([{ line: 3, reason: expect.stringContaining(reason) }])
  })

  it('may be cut anywhere between chunks, with byte order mark, CRLF and empty lines', async () => {
    const text = `\uFEFF${HEADER}${GOOD}\n\n${GOOD}bad\n`.replaceAll('\n', '\r\n')
    const whole = await parse(text)
    for (let cut = 0; cut <= text.length; cut += 1) {
      expect(await parse(text.slice(0, cut), text.slice(cut))).toEqual(whole)
    }
    expect(whole).toMatchObject({ skipped: 1, broken: [{ line: 6, reason: '1 columns, expected 3' }] })
    expect(whole.rows.map((row) => row.row)).toEqual([1, 2])
  })

  it('of a hundred megabytes is never held in memory', async () => {
    function* chunks() {
      yield HEADER
      for (let i = 0; i < 1_600; i += 1) yield 'x'.repeat(65_536)
      yield `\n${GOOD}`
    }
    const progress = newProgress()
    const rows: TraceRow[] = []
    for await (const row of parseTrace(chunks(), progress)) rows.push(row)
    expect(rows).toHaveLength(1)
    expect(progress.broken).toEqual([{ line: 2, reason: 'line is too long' }])
  })

  it('is counted always and listed at most twenty times', async () => {
    const { skipped, broken } = await parse(HEADER, 'bad\n'.repeat(500))
    expect(skipped).toBe(500)
    expect(broken).toHaveLength(KEPT_BROKEN_LINES)
  })
})

describe('a trace header', () => {
  it.each([
    ['other order', 'GeneratedTokens,TIMESTAMP,ContextTokens\n5,2023-11-16 18:17:03,9\n'],
    ['more columns', 'Id,timestamp,contexttokens,Extra,generatedtokens\n1,2023-11-16 18:17:03,9,x,5\n'],
  ])('finds columns by name: %s', async (_, text) => {
    expect((await parse(text)).rows).toMatchObject([{ contextTokens: 9, generatedTokens: 5 }])
  })

  it.each([
    ['', 'is empty'],
    ['\n\r\n', 'is empty'],
    ['TIMESTAMP,ContextTokens\n', 'lacks GeneratedTokens'],
    [GOOD, 'lacks TIMESTAMP, ContextTokens, GeneratedTokens'],
    ['x'.repeat(10_000), 'lacks TIMESTAMP'],
  ])('that is missing is refused: %j', async (text, reason) => {
    await expect(parse(text)).rejects.toThrow(TraceUnreadable)
    await expect(parse(text)).rejects.toThrow(reason)
  })
})

describe('a trace file', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trace-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is streamed and its size known', async () => {
    const path = join(folder, 'trace.csv')
    await writeFile(path, HEADER + GOOD.repeat(10_000))
    const progress = newProgress()
    for await (const row of readTrace(path, progress)) expect(row.contextTokens).toBe(4808)
    expect(progress.rows).toBe(10_000)
    expect(progress.charactersRead).toBe(progress.bytesTotal)
  })

  it.each([
    ['missing', 'there is no such file'],
    ['.', 'is a directory'],
  ])('that cannot be read is named: %s', async (name, reason) => {
    await expect(readTrace(join(folder, name), newProgress()).next()).rejects.toThrow(reason)
  })
})

describe('the generator', () => {
  const options = { ...GENERATOR_DEFAULTS, rows: 3_000 }

  it('writes what the reader reads, the same for the same seed', async () => {
    const text = [...generateTrace(options)].join('')
    expect([...generateTrace(options)].join('')).toBe(text)
    expect([...generateTrace({ ...options, seed: '2' })].join('')).not.toBe(text)
    const { rows, skipped } = await parse(text)
    expect([rows.length, skipped]).toEqual([3_000, 0])
    expect(rows.every((row, i) => i === 0 || row.atMs >= (rows[i - 1]?.atMs ?? 0))).toBe(true)
  })

  it('has bursts: the busiest second is far above the mean', async () => {
    const { rows } = await parse(...generateTrace(options))
    const perSecond = new Map<number, number>()
    for (const row of rows)
      perSecond.set(Math.floor(row.atMs / 1_000), (perSecond.get(Math.floor(row.atMs / 1_000)) ?? 0) + 1)
    const seconds = ((rows.at(-1)?.atMs ?? 0) - (rows[0]?.atMs ?? 0)) / 1_000
    expect(Math.max(...perSecond.values())).toBeGreaterThan(5 * (rows.length / seconds))
  })
})
