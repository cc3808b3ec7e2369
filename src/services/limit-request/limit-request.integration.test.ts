import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import { TEST_POLICY } from '../../../tests/api/policy.ts'
import type { CustomerId, UserId } from '../../core/shared/ids.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import { applyDueApprovals } from '../../settler/limit-jobs.ts'
import { createCustomer } from '../customer/create.ts'
import { updateCustomer } from '../customer/update.ts'
import { decideAccess } from '../decision/decide.ts'
import type { Engine } from '../engine.ts'
import { ensurePerson } from '../identity/ensure-person.ts'
import { verify } from '../verify/verify.ts'
import { answerLimitRequest } from './answer.ts'
import { askForMore } from './ask.ts'
import { limitsView } from './limits-view.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const DAY = 86_400_000
const ACTOR = { kind: 'system', job: 'test' } as const
const WINDOW = { kind: 'window', id: 'five_hour' } as const

let world: EngineWorld
let engine: Engine
let other: Engine
let staff: UserId
beforeAll(async () => {
  world = await openEngineWorld(TEST_POLICY, AT)
  engine = world.engine
  other = await world.another()
  const person = { email: 'ines@example.com', name: 'Ines', staffRole: 'admin', memberships: [], actor: ACTOR } as const
  staff = (await ensurePerson(engine, person)).id
})
afterAll(() => world.close())

async function newCustomer(tier = 'small'): Promise<CustomerId> {
  const rest = { externalId: null, name: 'House', kind: 'organization', timeZone: 'UTC', consent: 'off' } as const
  const made = await createCustomer(engine, { ...rest, tier, actor: ACTOR })
  if (made.kind !== 'created') throw new Error(made.kind)
  return made.customer
}

const by = { id: `usr_${'a'.repeat(32)}`, name: 'Ada' }
const ask = (customer: CustomerId, asked: bigint, target: Parameters<typeof askForMore>[1]['target'] = WINDOW) =>
  askForMore(engine, { customer, target, asked, why: 'We grow', by })

async function asked(customer: CustomerId, amount: bigint): Promise<string> {
  const outcome = await ask(customer, amount)
  if (outcome.kind !== 'asked') throw new Error(outcome.kind)
  return outcome.request.id
}
const approve = (id: string, granted: bigint, more: { on?: Engine; untilMs?: number | null; words?: string } = {}) =>
  answerLimitRequest(more.on ?? engine, {
    id,
    by: staff,
    answer: { kind: 'approve', granted, untilMs: more.untilMs ?? null, words: more.words ?? '' },
  })

async function passes(customer: CustomerId, cost: bigint): Promise<number> {
  const request = { subject: null, task: null, feature: 'work', attributes: {}, price: { kind: 'cost', cost } } as const
  const bounds = { acceptPartial: null, includedOnly: false, maxCredits: null, mode: { kind: 'consume' } } as const
  const outcome = await decideAccess(engine, {
    request: { ...bounds, ...request, customer },
    consent: null,
    idempotencyKey: crypto.randomUUID(),
  })
  return outcome.kind === 'answered' ? outcome.reply.status : 0
}
const stateOf = async (customer: CustomerId) => (await engine.readers.customer(customer))?.state
const audited = async (customer: CustomerId) => {
  const entries = await engine.audit.page(null, 1_000)
  return entries.filter((entry) => entry.customer === customer).map(({ action }) => action)
}

test('what is asked changes nothing, and asked twice at once it is one request', async () => {
  const customer = await newCustomer()
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => ask(customer, 500n)))
  expect(outcomes.filter(({ kind }) => kind === 'asked')).toHaveLength(1)
  const [kept] = await engine.limitRequests.list(customer)
  expect(outcomes.filter((one) => one.kind === 'waiting' && one.id === kept?.id)).toHaveLength(7)
  expect((await stateOf(customer))?.version).toBe(1)
  expect(await passes(customer, 101n)).toBe(429)
})

test.each([
  ['a limit that the tier has not', { kind: 'window', id: 'none' }, 5n, 'unknown_limit'],
  ['a window under the name of a guard', { kind: 'guard', id: 'five_hour' }, 500n, 'unknown_limit'],
  ['as much as there is', WINDOW, 100n, 'not_more'],
  ['more of a cap', { kind: 'cap', id: 'monthly' }, 1_001n, 'asked'],
] as const)('asking for %s: %s %s', async (_, target, amount, kind) => {
  expect((await ask(await newCustomer(), amount, target)).kind).toBe(kind)
})

test('a guard takes no more than it can count', async () => {
  const customer = await newCustomer('guarded')
  const target = { kind: 'guard', id: 'once' } as const
  expect((await ask(customer, 2n ** 53n, target)).kind).toBe('too_much')
  expect((await ask(customer, 2n ** 53n - 1n, target)).kind).toBe('asked')
})

test('an approval is in force at the next request, ends when it says, and names who gave it', async () => {
  const customer = await newCustomer()
  const id = await asked(customer, 500n)
  expect(await approve(id, 300n, { untilMs: AT + DAY, words: 'For the launch' })).toBe('approved')
  expect(await passes(customer, 250n)).toBe(200)
  const view = await limitsView(engine, customer)
  expect(view?.windows[0]).toMatchObject({
    limit: 300n,
    used: 250n,
    override: { tierLimit: 100n, reason: 'For the launch', untilMs: AT + DAY, by: { request: id, name: 'Ines' } },
    waiting: null,
  })
  expect(await audited(customer)).toEqual(['customer.create', 'limit.request', 'limit.approve', 'override.set'])
  expect(await approve(id, 400n)).toBe('answered')
  world.clock.advance(DAY)
  expect((await limitsView(engine, customer))?.windows[0]).toMatchObject({ limit: 100n, override: null })
  expect(await passes(customer, 101n)).toBe(429)
})

test('a refusal is told and changes nothing; then it may be asked again', async () => {
  const customer = await newCustomer()
  const id = await asked(customer, 500n)
  expect(await answerLimitRequest(engine, { id, by: staff, answer: { kind: 'decline', words: 'No' } })).toBe('declined')
  expect((await limitsView(engine, customer))?.requests[0]?.outcome).toMatchObject({ state: 'declined', answer: 'No' })
  expect((await stateOf(customer))?.profile.overrides).toEqual([])
  expect((await ask(customer, 400n)).kind).toBe('asked')
})

test('what cannot be granted is refused, and the request stays open', async () => {
  const customer = await newCustomer()
  const id = await asked(customer, 500n)
  const now = engine.clock.nowMs()
  expect(await approve(id, 100n)).toBe('not_more')
  expect(await approve(id, 200n, { untilMs: now })).toBe('over_before_it_begins')
  expect(await approve(`req_${'0'.repeat(32)}`, 200n)).toBe('unknown')
  const change = { tier: 'bare' }
  await updateCustomer(engine, { customer, change, reason: null, actor: ACTOR, idempotencyKey: null })
  expect(await approve(id, 200n)).toBe('gone')
  expect((await engine.limitRequests.byId(id))?.outcome.state).toBe('open')
})

test('two people who answer at once give one answer and one override', async () => {
  const customer = await newCustomer()
  const id = await asked(customer, 500n)
  const outcomes = await Promise.all([
    approve(id, 300n),
    approve(id, 400n, { on: other }),
    answerLimitRequest(other, { id, by: staff, answer: { kind: 'decline', words: '' } }),
  ])
  expect(outcomes.filter((outcome) => outcome === 'answered')).toHaveLength(2)
  const { profile } = (await stateOf(customer))!
  expect(profile.overrides).toHaveLength(outcomes.includes('declined') ? 0 : 1)
})

const lost = async (): Promise<never> => {
  throw new StoreUnavailable('cut')
}

test.each<[string, (whole: Engine) => Engine]>([
  ['before the override', (whole) => ({ ...whole, customers: { ...whole.customers, transact: lost } })],
  [
    'after the override, its answer lost',
    (whole) => ({
      ...whole,
      customers: {
        create: whole.customers.create,
        async transact(customer, operation) {
          await whole.customers.transact(customer, operation)
          return lost()
        },
      },
    }),
  ],
  ['before the note', (whole) => ({ ...whole, limitRequests: { ...whole.limitRequests, applied: lost } })],
])('an approval that broke off %s is finished once, by whoever comes by', async (_, breaking) => {
  const customer = await newCustomer()
  const id = await asked(customer, 500n)
  expect(await approve(id, 300n, { on: breaking(engine) })).toBe('approved_later')
  expect((await engine.limitRequests.byId(id))?.outcome).toMatchObject({ state: 'approved', appliedAtMs: null })

  world.clock.advance(5_000)
  const ticks = await Promise.all([engine, other, engine, other].map((one) => applyDueApprovals(one, 100)))
  for (const { faults } of ticks) expect(faults).toEqual([])
  await applyDueApprovals(engine, 100)
  expect((await stateOf(customer))?.profile.overrides).toMatchObject([{ limit: 300n }])
  expect((await stateOf(customer))?.version).toBe(2)
  expect(await audited(customer)).toEqual(['customer.create', 'limit.request', 'limit.approve', 'override.set'])
  expect((await engine.limitRequests.byId(id))?.outcome).toMatchObject({ appliedAtMs: engine.clock.nowMs() })
  expect(await passes(customer, 250n)).toBe(200)
})

test('an override that was taken away before the note was made does not come back', async () => {
  const customer = await newCustomer()
  const id = await asked(customer, 500n)
  const noteless = { ...engine, limitRequests: { ...engine.limitRequests, applied: lost } }
  expect(await approve(id, 300n, { on: noteless })).toBe('approved_later')
  const change = { overrides: [] }
  await updateCustomer(engine, { customer, change, reason: null, actor: ACTOR, idempotencyKey: null })
  world.clock.advance(5_000)
  await applyDueApprovals(engine, 100)
  expect((await engine.limitRequests.byId(id))?.outcome).toMatchObject({ appliedAtMs: engine.clock.nowMs() })
  expect((await stateOf(customer))?.profile.overrides).toEqual([])
})

test('afterwards the books are verified, and nothing is wrong', async () => {
  const report = await verify(engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
})
