import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { writeDemoFile } from '../simulator/demo-file.ts'
import { startFakeEngine } from '../simulator/testing/fake-engine.ts'
import { EXIT } from './exit.ts'
import { runCli } from './main.ts'

const POLICY = new URL('../../prisma/seed/policy.json', import.meta.url).pathname
let folder = ''
let engine: Awaited<ReturnType<typeof startFakeEngine>>
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'))
  engine = await startFakeEngine({ budget: 40_000n })
})
afterAll(async () => {
  await engine.stop()
  await rm(folder, { recursive: true })
})

let out = ''
let err = ''
beforeEach(async () => {
  out = ''
  err = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    err += String(text)
    return true
  })
  vi.stubEnv('SPILLWAY_HOME', join(folder, 'home'))
  vi.stubEnv('DATABASE_URL', '')
  vi.stubEnv('SPILLWAY_KEY', undefined)
  await rm(join(folder, 'home'), { recursive: true, force: true })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

const file = async (name: string, text: string) => {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

describe('a command line that is wrong', () => {
  it.each([
    [['fly'], "unknown command 'fly'"],
    [['replay', '--base-url', 'http://127.0.0.1:1'], '--key'],
    [['replay', 'x.csv', '--generate', '5'], 'either a file or --generate'],
    [['replay', 'nowhere.csv'], 'there is no such file'],
    [['replay', tmpdir()], 'is a directory'],
    [['replay', 'x', '--speed', 'fast'], '--speed'],
    [['replay', 'x', '--customers', '0'], '--customers'],
    [['replay', 'x', '--seed', 'Ä b'], '--seed'],
    [['policy', 'apply'], 'missing required argument'],
    [['policy', 'check', 'nowhere.json'], 'there is no such file'],
    [['keys', 'create'], '--name'],
    [['keys', 'create', '--name', 'x', '--scopes', 'fly'], 'There is no scope fly'],
    [['keys', 'revoke', 'key_1'], '--reason'],
    [['keys', 'rotate', 'key_1', '--overlap-hours', '721'], '--overlap-hours'],
    [['staff', 'add', '--role', 'admin'], '--email'],
    [['staff', 'add', '--email', 'nobody', '--role', 'admin'], 'no e-mail address'],
    [['staff', 'add', '--email', 'a@b.example', '--role', 'owner'], 'Roles on staff are'],
    [['staff', 'remove', '--email', 'a@b.example'], 'no database is named'],
    [['requests', 'approve', 'req_1', '--limit', '5'], '--as'],
    [['requests', 'approve', 'req_1', '--as', 'a@b.example', '--limit', '0'], 'above zero'],
    [['requests', 'decline', 'req_1', '--as', 'a@b.example', '--answer', '  '], 'Write a few words'],
    [['cases', 'reply', 'case_1', '--as', 'a@b.example', '--message', 'a\u001Bb'], 'ordinary text'],
    [['cases', 'close', 'case_1'], '--as'],
    [['verify'], 'no database is named'],
    [['policy', 'show'], 'no database is named'],
    [['explain', 'dec_1'], 'no database is named'],
  ])('%j ends with 2 and a sentence', async (argv, sentence) => {
    expect(await runCli(argv)).toBe(EXIT.usage)
    expect(err).toContain(sentence)
    expect(out).toBe('')
  })

  it('is told as JSON with --json', async () => {
    expect(await runCli(['verify', '--json'])).toBe(EXIT.usage)
    expect(JSON.parse(out)).toEqual({ error: expect.stringContaining('no database is named'), details: [] })
  })
})

describe('a server that does not answer', () => {
  it.each([
    [['replay', '--generate', '1', '--base-url', 'http://127.0.0.1:1', '--key', 'k'], 'no engine answers'],
    [['verify', '--database-url', 'postgresql://a:b@127.0.0.1:1/x'], 'nothing answers there'],
    [['policy', 'show', '--database-url', 'postgresql://a:b@127.0.0.1:1/x'], 'nothing answers there'],
  ])('%j ends with 3', async (argv, sentence) => {
    expect(await runCli(argv)).toBe(EXIT.unreachable)
    expect(err).toContain(sentence)
  })
})

describe('help', () => {
  it.each([[['--help']], [['replay', '--help']], [['policy', 'apply', '--help']], [['doctor', '--help']]])(
    '%j names the exit codes',
    async (argv) => {
      expect(await runCli(argv)).toBe(EXIT.ok)
      expect(out).toContain('Exit codes')
    },
  )
})

describe('policy', () => {
  it('check accepts the seed policy', async () => {
    expect(await runCli(['policy', 'check', POLICY, '--json'])).toBe(EXIT.ok)
    expect(JSON.parse(out)).toEqual({ valid: true, title: 'Standard access' })
  })

  it.each([
    ['shape', { layers: ['moon'] }, 'layers[0]'],
    ['meaning', { holds: { defaultTtlSeconds: 900, maxTtlSeconds: 60 } }, 'holds.defaultTtlSeconds'],
  ])('check names every problem with its path: %s', async (_, change, path) => {
    const document = { ...JSON.parse(await readFile(POLICY, 'utf8')), ...change }
    expect(await runCli(['policy', 'check', await file('wrong.json', JSON.stringify(document))])).toBe(EXIT.no)
    expect(err).toContain('1 problem, nothing was changed')
    expect(err).toContain(`  ${path}: `)
  })

  it('check says that a file is not JSON', async () => {
    expect(await runCli(['policy', 'check', await file('broken.json', '{ "title": ')])).toBe(EXIT.usage)
    expect(err).toContain('is not JSON')
  })

  it('schema is JSON Schema, closed to unknown fields', async () => {
    expect(await runCli(['policy', 'schema'])).toBe(EXIT.ok)
    expect(JSON.parse(out)).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: expect.arrayContaining(['tiers', 'rateCard']),
    })
  })
})

describe('replay', () => {
  const target = () => ['--base-url', engine.baseUrl, '--key', 'k', '--customers', '8', '--no-verify']

  it('replays a file, reports its broken lines, and gives the machine form', async () => {
    await runCli(['trace', '--rows', '120', '--seed', 'x'])
    const trace = await file('trace.csv', `${out}broken\n2026-01-05 09:00:00,1,1\n`)
    out = ''
    expect(await runCli(['replay', trace, '--seed', 'a', '--json', ...target()])).toBe(EXIT.ok)
    const report = JSON.parse(out)
    expect(report.input).toMatchObject({
      rows: 121,
      skipped: 1,
      broken: [{ line: 122, reason: '1 columns, expected 3' }],
    })
    expect(report.decisions.allowed + report.decisions.denied).toBe(121)
    expect(report.charged.equalsCaptured).toBe(true)
  })

  it('finds the engine that runs here, and prints for people', async () => {
    await writeDemoFile(join(folder, 'home'), { baseUrl: engine.baseUrl, serviceKey: 'k', databaseUrl: null })
    expect(await runCli(['replay', '--generate', '60', '--seed', 'b', '--customers', '8'])).toBe(EXIT.ok)
    expect(out).toContain('Denials by reason')
    expect(out).toContain('the database is not known here')
  })

  it.each([
    ['wrong header', 'a,b,c\n1,2,3\n', 'lacks TIMESTAMP'],
    ['empty file', '', 'is empty'],
    ['nothing but broken lines', 'TIMESTAMP,ContextTokens,GeneratedTokens\nx\ny\n', 'no request that can be read'],
  ])('refuses %s before anything is started', async (_, text, sentence) => {
    const before = engine.customers.size
    expect(await runCli(['replay', await file('bad.csv', text), '--seed', 'never', ...target()])).toBe(EXIT.usage)
    expect(err).toContain(sentence)
    expect(engine.customers.size).toBe(before)
  })
})

describe('doctor', () => {
  it('names every wrong thing at once', async () => {
    vi.stubEnv('PORT', '99999')
    vi.stubEnv('SPILLWAY_MODE', 'toy')
    vi.stubEnv('DATABASE_URL', 'postgresql://a:b@127.0.0.1:1/x')
    expect(await runCli(['doctor', '--json'])).toBe(EXIT.no)
    const { findings } = JSON.parse(out)
    const wrong = findings
      .filter((finding: { verdict: string }) => finding.verdict === 'wrong')
      .map((finding: { check: string }) => finding.check)
    expect(wrong).toEqual(['environment', 'environment', 'database'])
  })

  it('is content before the first start', async () => {
    expect(await runCli(['doctor'])).toBe(EXIT.ok)
    expect(out).toContain('none was started here yet')
  })
})
