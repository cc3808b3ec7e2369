import { describe, expect, test } from 'vitest'
import { authorize, cost, DAY, fiveHours, grantOf, HOUR, NOON, policyOf, week, World } from '../testing/world.ts'
import type { Decision } from './decision.ts'
import type { AccessRequest } from './request.ts'

const lines = (decision: Decision): string =>
  decision.funding.map((line) => `${line.layer}:${line.amount}(${line.before}>${line.after})`).join(' ')
const ways = (decision: Decision): string => (decision.denial?.waysOn ?? []).map((way) => way.kind).join(' ')

/** The day of NOON ends here, in UTC. */
const MIDNIGHT = Date.UTC(2026, 2, 11)
const daily = (amount: number) =>
  ({
    id: 'daily',
    title: 'Daily',
    amount: `${amount}`,
    every: { anchor: 'calendar', unit: 'day', zone: 'UTC' },
  }) as const

const PROMOTION = grantOf(1, 'promotion', 4)
const ALLOWANCE = grantOf(2, 'allowance', 3)
const CREDITS = grantOf(3, 'credits', 100)

describe('use spills over from one layer to the next', () => {
  const table: [amount: number, outcome: string, funding: string][] = [
    [1, 'allowed', 'included:1(10>9)'],
    [10, 'allowed', 'included:10(10>0)'],
    [11, 'allowed', 'included:10(10>0) allowance:1(3>2)'],
    [13, 'allowed', 'included:10(10>0) allowance:3(3>0)'],
    [15, 'allowed', 'included:10(10>0) allowance:3(3>0) promotion:2(4>2)'],
    [20, 'allowed', 'included:10(10>0) allowance:3(3>0) promotion:4(4>0) credits:3(100>97)'],
    [117, 'allowed', 'included:10(10>0) allowance:3(3>0) promotion:4(4>0) credits:100(100>0)'],
    [118, 'denied', ''],
  ]
  for (const [amount, outcome, funding] of table) {
    test(`a cost of ${amount} is ${outcome}: ${funding || 'nothing drawn'}`, () => {
      const world = new World(policyOf({ windows: [fiveHours(10), week(50)] }), {
        grants: [PROMOTION, ALLOWANCE, CREDITS],
      })
      const decision = world.ask({ price: cost(amount) })
      expect([decision.outcome, lines(decision)]).toEqual([outcome, funding])
    })
  }
})

test('several windows bind at once: the smallest remaining covers, all count it', () => {
  const world = new World(policyOf({ windows: [fiveHours(10), week(12)] }), { grants: [CREDITS] })
  expect(lines(world.ask({ price: cost(10) }))).toBe('included:10(10>0)')
  world.atMs += 5 * HOUR
  const second = world.ask({ price: cost(5) })
  expect(lines(second)).toBe('included:2(2>0) credits:3(100>97)')
  expect(second.funding[0]!.source).toBe('week')
  expect(second.windows.map((window) => [window.id, window.used, window.remaining])).toEqual([
    ['five_hour', 2n, 8n],
    ['week', 12n, 0n],
  ])
})

test('the order of layers is data: credits first when the policy says so', () => {
  const world = new World(policyOf({ windows: [fiveHours(10)] }, { layers: ['credits', 'included'] }), {
    grants: [CREDITS],
  })
  expect(lines(world.ask({ price: cost(101) }))).toBe('credits:100(100>0) included:1(10>9)')
})

test('inside a layer grants burn down by priority, expiry, age and id, and only those that apply', () => {
  const grants = [
    grantOf(1, 'promotion', 5, { features: ['video'] }),
    grantOf(2, 'promotion', 5, { expiresAtMs: NOON }),
    grantOf(3, 'promotion', 5, { effectiveAtMs: NOON + 1 }),
    grantOf(4, 'promotion', 5, { expiresAtMs: NOON + 1 }),
    grantOf(5, 'promotion', 5),
  ]
  const decision = new World(policyOf(), { grants }).ask({ price: cost(7) })
  expect(decision.funding.map((line) => [line.source.slice(-1), line.amount])).toEqual([
    ['4', 5n],
    ['5', 2n],
  ])
  expect(decision.trace.filter((step) => step.step === 'grant').map((step) => step.why)).toEqual([
    'other_features',
    'expired',
    'not_yet_effective',
    null,
    null,
  ])
})

describe('bought credits need consent', () => {
  const table: [
    name: string,
    consent: 'off' | 'ask' | 'on',
    request: Partial<AccessRequest>,
    outcome: string,
    reason: string | null,
    ways: string,
  ][] = [
    ['on', 'on', {}, 'allowed', null, ''],
    ['off', 'off', {}, 'denied', 'included_exhausted', 'wait smaller consent'],
    ['ask without a token', 'ask', {}, 'denied', 'consent_required', 'wait smaller consent'],
    ['ask with a token', 'ask', { consented: 5n }, 'allowed', null, ''],
    ['ask with a token for less', 'ask', { consented: 4n }, 'denied', 'consent_required', 'wait smaller consent'],
    ['on, included only', 'on', { includedOnly: true }, 'denied', 'included_exhausted', 'wait smaller'],
    ['on, at most 5', 'on', { maxCredits: 5n }, 'allowed', null, ''],
    ['on, at most 4', 'on', { maxCredits: 4n }, 'denied', 'max_credits_reached', 'wait smaller'],
  ]
  for (const [name, consent, request, outcome, reason, waysOn] of table) {
    test(name, () => {
      const world = new World(policyOf({ windows: [fiveHours(15)] }), { grants: [CREDITS], profile: { consent } })
      world.ask({ price: cost(5) })
      const decision = world.ask({ price: cost(15), ...request })
      expect([decision.outcome, decision.denial?.reason ?? null, ways(decision)]).toEqual([outcome, reason, waysOn])
    })
  }
})

describe('spend caps bound bought credits, and nothing else', () => {
  const caps = [{ id: 'month', scope: 'customer', limit: '10', period: 'month' } as const]
  test('a cap that is reached denies what only credits could pay, and says by how much to raise it', () => {
    const world = new World(policyOf({ windows: [fiveHours(5)], caps }), { grants: [CREDITS] })
    expect(world.ask({ price: cost(15) }).outcome).toBe('allowed')
    const denied = world.ask({ price: cost(1) })
    expect([denied.denial!.reason, denied.denial!.source]).toEqual(['spend_cap_reached', 'month'])
    expect(denied.denial!.waysOn.find((way) => way.kind === 'raise_cap')).toEqual({
      kind: 'raise_cap',
      cap: 'month',
      by: 1n,
      microCredits: 1n,
    })
    world.atMs += 5 * HOUR
    expect(world.ask({ price: cost(5) }).outcome).toBe('allowed')
  })
  test('a cap resets with its month in the zone of the customer', () => {
    const world = new World(policyOf({ caps }), { grants: [CREDITS] })
    world.ask({ price: cost(10) })
    expect(world.ask({ price: cost(1) }).denial!.retryAtMs).toBe(Date.UTC(2026, 2, 31, 22))
  })
  test('caps of a subject and of a task count apart', () => {
    const each = [
      { id: 'key', scope: 'subject', limit: '6', period: 'day' } as const,
      { id: 'budget', scope: 'task', limit: '8', period: 'ever' } as const,
    ]
    const world = new World(policyOf({ caps: each }), { grants: [CREDITS] })
    const outcomes = [
      { subject: 'a', task: 'x', amount: 6 },
      { subject: 'a', task: 'x', amount: 1 },
      { subject: 'b', task: 'x', amount: 2 },
      { subject: 'b', task: 'x', amount: 1 },
      { subject: 'b', task: 'y', amount: 4 },
      { subject: 'x', task: null, amount: 6 },
    ].map(({ subject, task, amount }) => world.ask({ subject, task, price: cost(amount) }))
    expect(outcomes.map((decision) => decision.denial?.source ?? 'allowed')).toEqual([
      'allowed',
      'key',
      'allowed',
      'budget',
      'allowed',
      'allowed',
    ])
  })
})

describe('a part is allowed only when the request accepts it', () => {
  const table: [acceptPartial: AccessRequest['acceptPartial'], outcome: string, granted: bigint][] = [
    [null, 'denied', 0n],
    [{ minimum: 0n }, 'partial', 10n],
    [{ minimum: 10n }, 'partial', 10n],
    [{ minimum: 11n }, 'denied', 0n],
  ]
  for (const [acceptPartial, outcome, granted] of table) {
    test(`minimum ${acceptPartial?.minimum ?? 'none'}: ${outcome}`, () => {
      const decision = new World(policyOf({ windows: [fiveHours(10)] })).ask({ price: cost(12), acceptPartial })
      expect([decision.outcome, decision.granted]).toEqual([outcome, granted])
    })
  }
  test('nothing at all is no part', () => {
    expect(new World(policyOf()).ask({ price: cost(1), acceptPartial: { minimum: 0n } }).outcome).toBe('denied')
  })
})

describe('guards deny outright and never spend', () => {
  const burst = {
    id: 'burst',
    kind: 'burst',
    scope: 'customer',
    counts: 'requests',
    rate: 1,
    perMs: 1000,
    burst: 2,
  } as const
  test('credits never buy past a guard', () => {
    const world = new World(policyOf({ guards: [burst] }), { grants: [CREDITS] })
    const outcomes = [0, 0, 0, 999, 1].map((stepMs) => {
      world.atMs += stepMs
      return world.ask().denial?.retryAtMs ?? 'allowed'
    })
    expect(outcomes).toEqual(['allowed', 'allowed', NOON + 1000, NOON + 1000, 'allowed'])
    expect(world.grant(CREDITS.id)!.available).toBe(97n)
  })
  test('unless the policy names the higher guard for paid use: then only credits pay', () => {
    const guards = [
      { ...burst, paidUse: 'paid' },
      { ...burst, id: 'paid', burst: 3 },
    ]
    const world = new World(policyOf({ guards, windows: [fiveHours(50)] }), { grants: [CREDITS] })
    const decisions = Array.from({ length: 6 }, () => world.ask())
    expect(decisions.map((decision) => decision.denial?.reason ?? lines(decision).split(':')[0])).toEqual([
      'included',
      'included',
      'credits',
      'credits',
      'credits',
      'burst_exceeded',
    ])
  })
  test('each subject and each feature has its own state where the policy says so', () => {
    const guards = [
      { ...burst, id: 'key', scope: 'subject', burst: 1 } as const,
      { ...burst, id: 'each', perFeature: true, burst: 2 } as const,
    ]
    const world = new World(policyOf({ guards }), { grants: [CREDITS] })
    const asked: [string | null, string][] = [
      ['a', 'chat'],
      ['a', 'chat'],
      ['b', 'chat'],
      ['c', 'chat'],
      ['c', 'video'],
      [null, 'video'],
      [null, 'video'],
    ]
    expect(asked.map(([subject, feature]) => world.ask({ subject, feature }).denial?.source ?? 'allowed')).toEqual([
      'allowed',
      'key',
      'allowed',
      'each',
      'allowed',
      'allowed',
      'each',
    ])
  })
  test('a reduced guard says why: load or behaviour', () => {
    const world = new World(policyOf({ guards: [{ ...burst, burst: 4 }] }), { grants: [CREDITS] })
    for (let i = 0; i < 3; i++) world.ask()
    expect(world.ask({}, { load: 500, behaviour: 1000 }).denial!.reason).toBe('reduced_capacity')
    expect(world.ask({}, { load: 1000, behaviour: 500 }).denial!.reason).toBe('abnormal_usage')
    expect(world.ask().outcome).toBe('allowed')
  })
  test('concurrency counts open holds, frees their place at capture, release and expiry', () => {
    const world = new World(policyOf({ guards: [{ id: 'jobs', kind: 'concurrency', scope: 'customer', limit: 2 }] }), {
      grants: [CREDITS],
    })
    const first = world.ask(authorize(1, 10_000)).hold!.id
    const second = world.ask(authorize(1, 20_000)).hold!.id
    expect(world.ask(authorize(1)).denial).toMatchObject({ reason: 'concurrency_exceeded', retryAtMs: NOON + 10_000 })
    expect(world.ask({ price: cost(1) }).outcome).toBe('allowed')
    world.capture(first, 1n)
    const third = world.ask(authorize(1, 5000)).hold!.id
    world.release(second)
    expect(world.ask(authorize(1, 30_000)).outcome).toBe('allowed')
    world.atMs += 5000
    expect(world.ask(authorize(1)).outcome).toBe('allowed')
    expect(world.holds.get(third)!.status).toBe('expired')
  })
})

describe('the gate', () => {
  const table: [name: string, tier: object, profile: object, reason: string][] = [
    ['a suspended customer', {}, { status: 'suspended' }, 'customer_suspended'],
    ['a closed customer', {}, { status: 'closed' }, 'customer_suspended'],
    ['a feature that is not of the tier', { features: ['video'] }, {}, 'feature_not_entitled'],
    ['a tier that the policy does not have', {}, { tier: 'gone' }, 'feature_not_entitled'],
  ]
  for (const [name, tier, profile, reason] of table) {
    test(`${name}: ${reason}`, () => {
      const decision = new World(policyOf(tier), { grants: [CREDITS], profile }).ask()
      expect([decision.denial!.reason, decision.denial!.retryable, ways(decision)]).toEqual([reason, false, 'contact'])
    })
  }
  test('the kill switch', () => {
    const features = { chat: { title: 'Chat', meters: ['tokens'], enabled: false } }
    expect(new World(policyOf({}, { features }), { grants: [CREDITS] }).ask().denial!.reason).toBe('feature_disabled')
  })
})

describe('a way on that waits names the earliest instant', () => {
  test('the reset of the window that binds', () => {
    const world = new World(policyOf({ windows: [fiveHours(10), week(15)] }), { profile: { consent: 'off' } })
    world.ask({ price: cost(10) })
    expect(world.ask({ price: cost(5) }).denial!.retryAtMs).toBe(NOON + 5 * HOUR)
    world.atMs += 5 * HOUR
    world.ask({ price: cost(5) })
    expect(world.ask({ price: cost(1) }).denial!.retryAtMs).toBe(NOON + 7 * DAY)
  })
  test('the expiry of a hold that keeps the value', () => {
    const world = new World(policyOf({ windows: [fiveHours(10)] }), { profile: { consent: 'off' } })
    world.ask(authorize(8, 60_000))
    expect(world.ask({ price: cost(5) }).denial!.retryAtMs).toBe(NOON + 60_000)
  })
  test('a grant that becomes effective', () => {
    const world = new World(policyOf(), { grants: [grantOf(1, 'promotion', 5, { effectiveAtMs: NOON + 77 })] })
    expect(world.ask({ price: cost(5) }).denial!.retryAtMs).toBe(NOON + 77)
  })
  test('the next allowance, whether the running one is in the state still or was spent whole', () => {
    const tier = { allowances: [daily(5)] }
    const spent = new World(policyOf(tier))
    expect(spent.ask({ price: cost(5) }).denial).toMatchObject({ retryable: true, retryAtMs: MIDNIGHT })
    const left = new World(policyOf(tier), { grants: [grantOf(1, 'allowance', 4, { expiresAtMs: MIDNIGHT })] })
    expect(left.ask({ price: cost(5) }).denial!.retryAtMs).toBe(MIDNIGHT)
    // yesterday's does not add up with today's
    expect(left.ask({ price: cost(6) }).denial!.retryAtMs).toBeNull()
  })
  test('the window or the allowance, whichever helps first', () => {
    const tier = { windows: [fiveHours(5)], allowances: [daily(5)] }
    const world = new World(policyOf(tier), { profile: { consent: 'off' } })
    world.ask({ price: cost(5) })
    expect(world.ask({ price: cost(5) }).denial!.retryAtMs).toBe(NOON + 5 * HOUR)
    // five of a fresh window at seven, which stays fresh, and five of the allowance at midnight
    expect(world.ask({ price: cost(10) }).denial!.retryAtMs).toBe(MIDNIGHT)
    expect(world.ask({ price: cost(11) }).denial!.retryAtMs).toBeNull()
  })
  test('several allowances together: the first is renewed by the time the last one comes', () => {
    const weekly = { ...daily(5), id: 'weekly', every: { anchor: 'calendar', unit: 'week', zone: 'UTC' } } as const
    const world = new World(policyOf({ allowances: [daily(5), weekly] }))
    expect(world.ask({ price: cost(10) }).denial!.retryAtMs).toBe(Date.UTC(2026, 2, 16))
  })
  test('never, when the next allowance is too small, for another feature, or in no layer', () => {
    const never = { retryable: false, retryAtMs: null }
    expect(new World(policyOf({ allowances: [daily(5)] })).ask({ price: cost(6) }).denial).toMatchObject(never)
    const ofVideo = policyOf({ allowances: [{ ...daily(5), features: ['video'] }] })
    expect(new World(ofVideo).ask({ price: cost(5) }).denial).toMatchObject(never)
    const unused = policyOf({ allowances: [daily(5)] }, { layers: ['included', 'credits'] })
    expect(new World(unused).ask({ price: cost(5) }).denial).toMatchObject(never)
  })
  test('never, when the request is larger than the window and nothing else pays', () => {
    const world = new World(policyOf({ windows: [fiveHours(10)] }))
    expect(world.ask({ price: cost(11) }).denial).toMatchObject({ retryable: false, retryAtMs: null })
  })
})

test('time never runs back for a customer: an earlier clock decides at the latest instant seen', () => {
  const world = new World(policyOf({ windows: [fiveHours(10)] }))
  world.ask({ price: cost(10) })
  world.atMs = NOON - DAY
  const decision = world.ask({ price: cost(1) })
  expect([decision.atMs, decision.denial!.retryAtMs]).toEqual([NOON, NOON + 5 * HOUR])
})

test('overrides replace one limit until they expire', () => {
  const override = (target: { kind: 'window' | 'guard' | 'cap'; id: string }, limit: bigint) => ({
    target,
    limit,
    reason: 'launch week',
    expiresAtMs: NOON + 10,
  })
  const world = new World(policyOf({ windows: [fiveHours(10)] }), {
    profile: { overrides: [override({ kind: 'window', id: 'five_hour' }, 20n)] },
  })
  expect(world.ask({ price: cost(15) }).outcome).toBe('allowed')
  world.atMs += 10
  const denied = world.ask({ price: cost(1) })
  expect(denied.windows).toEqual([
    { id: 'five_hour', limit: 10n, used: 15n, remaining: 0n, resetsAtMs: NOON + 5 * HOUR },
  ])
})
