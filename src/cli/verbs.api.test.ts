import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { cloneDatabase } from '../../tests/postgres.ts'
import { memoryJournal } from '../adapters/payments/test-processor/journal.ts'
import { testProcessor } from '../adapters/payments/test-processor/processor.ts'
import { readConfig } from '../main/config.ts'
import { type Running, start } from '../main/start.ts'
import { readDemoFile } from '../simulator/demo-file.ts'
import { askForMore } from '../services/limit-request/ask.ts'
import { openCase } from '../services/case/open.ts'
import { hearPayment } from '../services/purchase/hear.ts'
import { startPurchase } from '../services/purchase/start.ts'
import { EXIT } from './exit.ts'
import { runCli } from './main.ts'
import { withEngine } from './open-engine.ts'

const POLICY = new URL('../../prisma/seed/policy.json', import.meta.url).pathname
const ADA = { id: `usr_${'a'.repeat(32)}`, name: 'Ada' }
let home = ''
let running: Running
let out = ''
let err = ''

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'verbs-'))
  const reading = readConfig({
    PORT: '0',
    DATABASE_URL: await cloneDatabase(inject('template')),
    SPILLWAY_HOME: home,
    SPILLWAY_PORTAL: 'off',
    SPILLWAY_DEMO_TRAFFIC: 'off',
    LOG_LEVEL: 'silent',
  })
  if (!reading.ok) throw new Error(reading.problems.join('; '))
  running = await start(reading.config, {
    log: pino({ level: 'silent' }),
    say: () => {},
    signal: new AbortController().signal,
  })
}, 120_000)
afterAll(async () => {
  await running.stop()
  await rm(home, { recursive: true, force: true })
})
beforeEach(() => {
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
  vi.stubEnv('SPILLWAY_HOME', home)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

async function cli(...argv: string[]) {
  out = ''
  const code = await runCli([...argv, '--json'])
  return { code, answer: out === '' ? null : JSON.parse(out) }
}

/** Over the running engine's API. */
async function get(path: string) {
  const demo = await readDemoFile(home)
  const response = await fetch(`${demo?.baseUrl}/api/v1${path}`, {
    headers: { authorization: `Bearer ${demo?.serviceKey}` },
  })
  return response.json()
}

describe('beside a running engine', () => {
  it('replay charges what it captured, and verify finds nothing unexplained', { timeout: 60_000 }, async () => {
    const { code, answer } = await cli('replay', '--generate', '400', '--customers', '25', '--seed', 'api')
    expect(answer.failures).toEqual({ count: 0, samples: [] })
    expect(answer.decisions.allowed + answer.decisions.denied).toBe(400)
    expect(answer.charged).toMatchObject({
      equalsCaptured: true,
      cost: answer.captures.cost,
      events: answer.captures.count,
    })
    expect(answer.verify).toMatchObject({ unexplained: 0 })
    expect(code).toBe(EXIT.ok)
  })

  it('replay again under the same run id decides and charges nothing anew', { timeout: 60_000 }, async () => {
    const argv = [
      'replay',
      '--generate',
      '60',
      '--customers',
      '5',
      '--seed',
      'again',
      '--run-id',
      'same',
      '--no-verify',
    ]
    const first = await cli(...argv)
    const second = await cli(...argv)
    expect(second.answer.customers).toEqual({ total: 5, created: 0 })
    expect(second.answer.captures).toEqual(first.answer.captures)
    const id = await customerIdOf('sim-again-0001')
    const page = (await get(`/customers/${id}/monetization-events?limit=200`)) as { items: { usageEvent: string }[] }
    expect(new Set(page.items.map((event) => event.usageEvent)).size).toBe(page.items.length)
  })

  it('verify writes a signed report of a customer', async () => {
    const path = join(home, 'report.json')
    const id = await customerIdOf('demo-ada')
    const { code, answer } = await cli('verify', '--customer', id, '--out', path)
    expect(code).toBe(EXIT.ok)
    expect(answer.content).toMatchObject({ customer: id, unexplained: 0, ok: true })
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(answer)
  })

  it('verify of nobody ends with 2', async () => {
    expect((await cli('verify', '--customer', `cus_${'0'.repeat(32)}`)).code).toBe(EXIT.usage)
  })

  it('policy apply is in force on the running engine without a restart', async () => {
    const document = JSON.parse(await readFile(POLICY, 'utf8'))
    document.title = 'Applied by the command line'
    const path = join(home, 'policy.json')
    await writeFile(path, JSON.stringify(document))
    const { answer } = await cli('policy', 'apply', path, '--note', 'why')
    expect(answer).toMatchObject({ kind: 'published', version: 2, changes: [{ path: 'title' }] })
    await expect.poll(async () => ((await get('/policy')) as { version: number }).version, { timeout: 20_000 }).toBe(2)
    expect((await cli('policy', 'apply', path)).answer).toEqual({ kind: 'unchanged', current: 2 })
    expect((await cli('policy', 'show')).answer).toMatchObject({ version: 2, note: 'why', document })
    expect((await cli('policy', 'diff', POLICY)).answer).toMatchObject({ base: 2, changes: [{ path: 'title' }] })
  })

  it('explain tells a denial with its ways on, and that it is reproducible', async () => {
    const id = await customerIdOf('demo-ben')
    const { databaseUrl } = (await readDemoFile(home)) ?? {}
    const { default: pg } = await import('pg')
    const db = new pg.Client(databaseUrl ?? '')
    await db.connect()
    const { rows } = await db
      .query(`SELECT id FROM decision WHERE customer_id = $1 AND outcome = 'denied' LIMIT 1`, [id.slice(4)])
      .finally(() => db.end())
    const { code, answer } = await cli('explain', `dec_${String(rows[0].id).replaceAll('-', '')}`)
    expect(code).toBe(EXIT.ok)
    expect(answer).toMatchObject({
      decision: { outcome: 'denied', denial: { reason: 'included_exhausted' } },
      replay: { kind: 'identical' },
    })
    expect(answer.waysOn.length).toBeGreaterThan(0)
  })

  it('explain of an unknown decision ends with 2', async () => {
    expect((await cli('explain', `dec_${'0'.repeat(32)}`)).code).toBe(EXIT.usage)
    expect((await cli('explain', 'nonsense')).code).toBe(EXIT.usage)
  })

  it('keys create makes a key that works at once', async () => {
    const { answer } = await cli('keys', 'create', '--name', 'Test', '--scopes', 'read', '--days', '1')
    const { baseUrl } = (await readDemoFile(home)) ?? {}
    const response = await fetch(`${baseUrl}/api/v1/policy`, { headers: { authorization: `Bearer ${answer.secret}` } })
    expect(response.status).not.toBe(401)
  })

  it('keys rotate leaves both secrets working, and keys revoke reaches the engine that runs', async () => {
    const { answer: old } = await cli('keys', 'create', '--name', 'Turning', '--scopes', 'policy')
    const { baseUrl } = (await readDemoFile(home)) ?? {}
    const ask = async (secret: string) =>
      (await fetch(`${baseUrl}/api/v1/policy`, { headers: { authorization: `Bearer ${secret}` } })).status
    const { answer: fresh } = await cli('keys', 'rotate', old.id, '--overlap-hours', '1')
    expect(await ask(old.secret)).toBe(await ask(fresh.secret))
    expect(await ask(fresh.secret)).not.toBe(401)
    expect((await cli('keys', 'rotate', old.id)).code).toBe(EXIT.no)
    expect((await cli('keys', 'revoke', fresh.id, '--reason', 'test')).code).toBe(EXIT.ok)
    await vi.waitFor(async () => expect(await ask(fresh.secret)).toBe(401), { timeout: 10_000 })
    expect(await ask(old.secret)).not.toBe(401)
    const { answer: listed } = await cli('keys', 'list')
    expect(listed.keys.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining([old.id, fresh.id]))
    expect(JSON.stringify(listed)).not.toContain('secretHash')
  })

  it('staff add makes the first admin, who sets a password with the link, and staff remove ends it', async () => {
    const added = await cli(
      'staff',
      'add',
      '--email',
      'Boss@Example.com',
      '--role',
      'admin',
      '--url',
      'https://s.example',
    )
    expect(added.code).toBe(EXIT.ok)
    expect(added.answer).toMatchObject({ email: 'boss@example.com', role: 'admin' })
    expect(added.answer.link).toMatch(/^https:\/\/s\.example\/set-password\/[\w-]{43}$/)
    const again = await cli('staff', 'add', '--email', 'boss@example.com', '--role', 'auditor')
    expect(again.answer).toMatchObject({ id: added.answer.id, role: 'auditor' })
    expect((await cli('staff', 'remove', '--email', 'boss@example.com')).code).toBe(EXIT.ok)
    expect((await cli('staff', 'remove', '--email', 'boss@example.com')).code).toBe(EXIT.usage)
  })

  it('requests are listed and answered by staff whose role allows it, once', async () => {
    const customer = await customerIdOf('demo-ada')
    const ask = (id: string) =>
      withEngine({}, ({ engine }) =>
        askForMore(engine, { customer, target: { kind: 'window', id }, asked: 9_000_000n, why: 'We grow', by: ADA }),
      )
    expect((await ask('five_hour')).kind).toBe('asked')
    expect((await ask('week')).kind).toBe('not_more')
    expect((await ask('five_hour')).kind).toBe('waiting')
    const { answer: listed } = await cli('requests', 'list')
    const { id } = listed.requests.find((one: { target: { id: string } }) => one.target.id === 'five_hour')
    await cli('staff', 'add', '--email', 'admin@s.example', '--role', 'admin')
    await cli('staff', 'add', '--email', 'support@s.example', '--role', 'support')
    const approve = (as: string, limit: string) =>
      cli('requests', 'approve', id, '--as', as, '--limit', limit, '--days', '7', '--answer', 'For a week')
    expect((await approve('nobody@s.example', '9000000')).code).toBe(EXIT.usage)
    expect((await approve('support@s.example', '9000000')).code).toBe(EXIT.no)
    expect((await approve('admin@s.example', '1')).code).toBe(EXIT.no)
    expect((await approve('admin@s.example', '9000000')).answer).toEqual({ id, outcome: 'approved' })
    expect((await cli('requests', 'decline', id, '--as', 'admin@s.example', '--answer', 'No')).code).toBe(EXIT.no)
    const access = (await get(`/customers/${customer}/access`)) as { windows: { id: string; limit: string }[] }
    expect(access.windows.find((window) => window.id === 'five_hour')?.limit).toBe('9000000')
    expect((await cli('requests', 'list', '--customer', customer)).answer.requests).toMatchObject([
      { id, outcome: { state: 'approved', granted: '9000000', answer: 'For a week' } },
    ])
  })

  it('a case is shown, answered and closed by staff', async () => {
    const customer = await customerIdOf('demo-ben')
    const opened = await withEngine({}, async ({ engine }) => {
      const { items } = await engine.readers.decisions({ customer, cursor: null, limit: 1, outcome: 'denied' })
      const about = { kind: 'decision', id: items[0]?.decision.id ?? '' } as const
      return openCase(engine, { customer, about, body: 'Why was I denied?', by: ADA })
    })
    const id = opened.kind === 'opened' ? opened.id : ''
    await cli('staff', 'add', '--email', 'support@s.example', '--role', 'support')
    await cli('staff', 'add', '--email', 'auditor@s.example', '--role', 'auditor')
    expect((await cli('cases', 'list')).answer.cases).toMatchObject([{ id, state: 'open' }])
    const reply = (as: string) => cli('cases', 'reply', id, '--as', as, '--message', 'Your window was used up.')
    expect((await reply('auditor@s.example')).code).toBe(EXIT.no)
    expect((await reply('support@s.example')).answer).toEqual({ id, outcome: 'added' })
    expect((await cli('cases', 'list')).answer.cases).toEqual([])
    expect((await cli('cases', 'close', id, '--as', 'support@s.example')).code).toBe(EXIT.ok)
    expect((await reply('support@s.example')).code).toBe(EXIT.no)
    const { answer: shown } = await cli('cases', 'show', id)
    expect(shown).toMatchObject({
      file: { state: 'closed', customer },
      checks: { charged: 'holds', replayed: 'holds' },
      messages: [{ side: 'customer' }, { side: 'staff', body: 'Your window was used up.' }],
    })
    out = ''
    expect(await runCli(['cases', 'show', id])).toBe(EXIT.ok)
    expect(out).toContain('charged: holds')
    expect((await cli('cases', 'show', `case_${'0'.repeat(32)}`)).code).toBe(EXIT.usage)
  })

  it('a purchase is shown with the money that came for it, also when it was not what was asked for', async () => {
    const customer = await customerIdOf('demo-halden')
    const id = await withEngine({}, async ({ engine }) => {
      const { payments } = testProcessor({
        nowMs: engine.clock.nowMs,
        later: () => {},
        journal: memoryJournal(),
        secret: 'a secret of the tests',
        pagesUrl: 'http://127.0.0.1/checkout/test',
        onFault: (fault) => expect.fail(String(fault)),
      })
      const started = await startPurchase(
        { ...engine, payments },
        {
          customer,
          pack: engine.policies.current().document.packs?.[0]?.id ?? '',
          intent: 'cli',
          origin: 'person',
          buyer: { ...ADA, email: null },
          keepMethod: false,
          actor: { kind: 'user', id: ADA.id },
        },
      )
      if (started.kind !== 'started') throw new Error(started.kind)
      const { id: purchase } = started.purchase
      const about = { id: `evt_${purchase}`, atMs: engine.clock.nowMs(), purchase, payment: 'pi_cli' }
      await hearPayment(engine, { ...about, kind: 'paid', amountMinor: 1n, currency: 'USD', method: null })
      return purchase
    })
    const { answer: listed } = await cli('purchases', 'list', '--customer', customer)
    expect(listed.purchases).toMatchObject([{ id, otherMoney: 'with_support' }])
    const { answer: shown } = await cli('purchases', 'show', id)
    expect(shown).toMatchObject({ customer, otherwise: [{ payment: 'pi_cli', amountMinor: '1', currency: 'USD' }] })
    out = ''
    expect(await runCli(['purchases', 'show', id])).toBe(EXIT.ok)
    expect(out).toContain('$0.01 came as pi_cli: return it at the processor')
    expect((await cli('purchases', 'show', `pur_${'0'.repeat(32)}`)).code).toBe(EXIT.usage)
  })

  it('doctor is content', async () => {
    const { code, answer } = await cli('doctor')
    expect(answer.findings.filter((finding: { verdict: string }) => finding.verdict === 'wrong')).toEqual([
      // The tests' throw-away server runs without fsync, and the doctor says so.
      { check: 'durability', verdict: 'wrong', says: expect.stringContaining('fsync is off') },
    ])
    expect(code).toBe(EXIT.no)
  })
})

async function customerIdOf(externalId: string): Promise<string> {
  const demo = await readDemoFile(home)
  const response = await fetch(`${demo?.baseUrl}/api/v1/customers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${demo?.serviceKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ externalId, name: 'x', kind: 'person', tier: 'free' }),
  })
  expect(response.status).toBe(409)
  return ((await response.json()) as { customer: string }).customer
}
