import { beforeEach, expect, test } from 'vitest'
import { type Caller, type IdentityWorld, identityWorld } from '../../../../tests/identity-world.ts'
import { answerLimitRequest } from '../../../services/limit-request/answer.ts'
import { demoActor } from '../../../simulator/actor.ts'
import { updateCustomer } from '../../../services/customer/update.ts'

const DAY = 86_400_000
let world: IdentityWorld
let owner: Caller
let member: Caller
let house: string
beforeEach(async () => {
  world = await identityWorld()
  house = await world.customer('House')
  const sign = async (email: string, role: 'owner' | 'member') =>
    world.as(await world.session(await world.person(email, { memberships: [{ customer: house, role }] })))
  owner = await sign('ada@example.com', 'owner')
  member = await sign('ben@example.com', 'member')
})

const WINDOW = { kind: 'window', id: 'five_hour' } as const
const ask = (asked: string, target: Parameters<Caller['limits']['ask']>[0]['target'] = WINDOW, why = 'We grow') =>
  owner.limits.ask({ target, asked, why })
const refusal = (call: Promise<unknown>) => call.then(String, ({ message }: Error) => message)
const change = (what: Parameters<typeof updateCustomer>[1]['change']) =>
  updateCustomer(world.engine, {
    customer: house,
    change: what,
    reason: null,
    idempotencyKey: null,
    actor: { kind: 'system', job: 'test' },
  })

test('every limit of the tier and of their own is there, with what is counted', async () => {
  await owner.alert.setCap({ scope: 'subject', subject: null, limit: '7', period: 'day' })
  const view = await owner.limits.overview()
  expect(view.windows).toMatchObject([{ target: WINDOW, title: '5 hours', limit: 100n, used: 0n, override: null }])
  expect(view.guards).toEqual([])
  expect(view.caps).toMatchObject([
    { title: 'Monthly', limit: 1_000n, used: 0n, rule: { kind: 'cap', own: false } },
    { title: 'Your own cap', limit: 7n, used: null, rule: { kind: 'cap', own: true, scope: 'subject' } },
  ])
  await change({ tier: 'guarded' })
  expect((await owner.limits.overview()).guards).toMatchObject([
    {
      target: { kind: 'guard', id: 'once' },
      title: 'Once',
      limit: 1n,
      used: 0n,
      rule: { guard: 'burst', counts: 'requests', lengthMs: 3_600_000, each: 'customer', reduced: false },
    },
  ])
})

test('what a burst guard counted is seen, and its override too', async () => {
  await change({
    tier: 'guarded',
    overrides: [
      { target: { kind: 'guard', id: 'once' }, limit: 4n, reason: 'Launch', expiresAtMs: world.clock.nowMs() + DAY },
      { target: WINDOW, limit: 5n, reason: 'Old', expiresAtMs: world.clock.nowMs() },
    ],
  })
  await demoActor(world.engine, house).consume({
    subject: 's',
    feature: 'work',
    usage: { units: 1 },
    attributes: {},
    atMs: world.clock.nowMs(),
  })
  const { guards, windows } = await owner.limits.overview()
  expect(guards).toMatchObject([
    {
      limit: 4n,
      used: 1n,
      override: { tierLimit: 1n, reason: 'Launch', untilMs: world.clock.nowMs() + DAY, by: null },
    },
  ])
  expect(windows).toMatchObject([{ limit: 1_000n, override: null }])
})

test('asking twice is one request, which waits where it was asked', async () => {
  const first = await ask('500')
  expect(first.kind).toBe('asked')
  expect(await ask('600')).toEqual({ kind: 'waiting', id: first.id })
  const view = await owner.limits.overview()
  expect(view.windows[0]?.waiting).toBe(first.id)
  expect(view.requests).toMatchObject([{ id: first.id, asked: 500n, askedByName: 'ada', outcome: { state: 'open' } }])
})

test.each([
  ['100', WINDOW, 'Ask for more than the 0.0001 credits in force.'],
  ['5', { kind: 'window', id: 'none' }, 'There is no such limit of your tier.'],
  ['5', { kind: 'cap', id: 'own:subject:day' }, 'There is no such limit of your tier.'],
] as const)('asking for %s of %j: %s', async (asked, target, message) => {
  await owner.alert.setCap({ scope: 'subject', subject: null, limit: '2', period: 'day' })
  expect(await refusal(ask(asked, target))).toBe(message)
})

test.each(['0', '-1', '1.5', '1e9', '9223372036854775808', ''])('%j is no amount', async (asked) => {
  expect(await refusal(ask(asked))).toContain('Write an amount above zero.')
})

test.each([
  ['   ', 'Write a few words.'],
  ['x'.repeat(1_001), 'At most 1000 characters.'],
  ['turned \u202E around', 'Write ordinary text'],
])('%j is no reason', async (why, message) => {
  expect(await refusal(ask('500', WINDOW, why))).toContain(message)
})

test('a member sees the limits and may not ask; answers name staff, and never by id', async () => {
  expect((await member.limits.overview()).mayAsk).toBe(false)
  expect(await refusal(member.limits.ask({ target: WINDOW, asked: '500', why: 'w' }))).toContain('does not allow')
  const staff = await world.person('ines@example.com', { staffRole: 'admin' })
  const { id } = await ask('500')
  const answer = { kind: 'approve', granted: 400n, untilMs: null, words: 'Gladly' } as const
  expect(await answerLimitRequest(world.engine, { id: id ?? '', by: staff.id, answer })).toBe('approved')
  const view = await member.limits.overview()
  expect(view.windows).toMatchObject([
    { limit: 400n, override: { tierLimit: 100n, reason: 'Gladly', by: { request: id, name: 'ines' } } },
  ])
  expect(view.requests).toMatchObject([{ outcome: { state: 'approved', granted: 400n, answeredByName: 'ines' } }])
  expect(JSON.stringify(view, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain(staff.id)
})

test('an id of a request or a case is found by its own customer alone', async () => {
  const { id } = await ask('500')
  const find = { id: id ?? '' }
  expect(await member.system.find(find)).toEqual({ kind: 'limit_request', id })
  const other = await world.customer('Other')
  const stranger = await world.person('eve@example.com', { memberships: [{ customer: other, role: 'owner' }] })
  expect(await world.as(await world.session(stranger)).system.find(find)).toBeNull()
})
