import { describe, expect, test } from 'vitest'
import { authorize, cost, fiveHours, grantOf, HOUR, NOON, policyOf, World } from '../testing/world.ts'
import { customerSentence, explain, wayOnSentence } from './explain.ts'
import { counterfactual } from './redecide.ts'

const M = 1_000_000
const titles: Record<string, string> = { five_hour: '5 hours', burst: 'Burst' }
const titleOf = (source: string): string => titles[source] ?? source

function spill(): World {
  return new World(policyOf({ windows: [fiveHours(2 * M)] }), {
    grants: [grantOf(1, 'promotion', M), grantOf(2, 'credits', 5 * M)],
  })
}

describe('one sentence says what the customer needs to know', () => {
  const table: [name: string, act: (world: World) => ReturnType<World['ask']>, sentence: string][] = [
    [
      'covered by the window',
      (world) => world.ask({ price: cost(1.5 * M) }),
      'Allowed: 1.5 credits from your included window 5 hours.',
    ],
    [
      'spilled over',
      (world) => world.ask({ price: cost(4 * M) }),
      'Allowed: 4 credits, 2 credits from your included window 5 hours, 1 credit from your promotion and 1 credit from bought credits.',
    ],
    ['free', (world) => world.ask({ price: cost(0) }), 'Allowed: this request costs nothing.'],
    [
      'in part',
      (world) => world.ask({ price: cost(9 * M), acceptPartial: { minimum: 0n } }),
      'Allowed in part: 8 credits of 9 credits, 2 credits from your included window 5 hours, 1 credit from your promotion and 5 credits from bought credits.',
    ],
    [
      'denied for credits',
      (world) => world.ask({ price: cost(9 * M) }),
      'Your included use is used up and there are not enough credits. Waiting alone does not help.',
    ],
    [
      'denied, and waiting helps',
      (world) => (world.ask({ price: cost(2 * M) }), world.ask({ price: cost(2 * M), includedOnly: true })),
      'Your included use is used up (5 hours). It passes again at 2026-03-10 17:00:00 UTC.',
    ],
  ]
  for (const [name, act, sentence] of table)
    test(name, () => expect(customerSentence(act(spill()), titleOf)).toBe(sentence))
})

test('each step of the trace is one sentence, in the order in which it was tried', () => {
  const decision = spill().ask({ price: cost(2.5 * M) })
  expect(explain(decision, titleOf)).toEqual([
    'The customer is active and may use the feature.',
    '5 hours: 2 credits left, 2 credits taken.',
    `${grantOf(1, 'promotion', 1).id}: 1 credit left, 0.5 credits taken.`,
    `${grantOf(2, 'credits', 1).id}: 5 credits left, skipped because earlier layers covered everything.`,
    'Decided: 2.5 credits covered.',
  ])
})

test('a denial tells what would have been covered, and takes nothing', () => {
  const decision = spill().ask({ price: cost(10 * M) })
  expect(explain(decision, titleOf).slice(1)).toEqual([
    '5 hours: 2 credits left, would have covered 2 credits.',
    `${grantOf(1, 'promotion', 1).id}: 1 credit left, would have covered 1 credit.`,
    `${grantOf(2, 'credits', 1).id}: 5 credits left, would have covered 5 credits.`,
    'Decided: denied, 8 credits of 10 credits could be covered.',
  ])
  expect(decision.denial!.waysOn.map((way) => wayOnSentence(way, titleOf))).toEqual([
    'Ask for at most 8 credits now: draws 5 credits bought.',
    'Add 2 credits.',
  ])
})

test('a guard tells what was left before the request and what was asked', () => {
  const burst = {
    id: 'burst',
    kind: 'burst',
    scope: 'customer',
    counts: 'requests',
    rate: 1,
    perMs: 1000,
    burst: 2,
  } as const
  const world = new World(policyOf({ guards: [burst], windows: [fiveHours(M)] }))
  const sentences = Array.from({ length: 3 }, () => explain(world.ask(), titleOf)[1])
  expect(sentences).toEqual([
    'Guard Burst let it pass: 2 of 2 left, 1 asked.',
    'Guard Burst let it pass: 1 of 2 left, 1 asked.',
    'Guard Burst refused: 0 of 2 left, 1 asked.',
  ])
})

test('counterfactual: the same request with more credits, and under another version', () => {
  const world = spill()
  world.ask({ price: cost(10 * M) })
  const kept = world.kept[0]!
  expect(counterfactual(kept, world.policy, { policy: null, moreCredits: BigInt(2 * M) }).outcome).toBe('allowed')
  expect(counterfactual(kept, world.policy, { policy: null, moreCredits: BigInt(2 * M) - 1n }).outcome).toBe('denied')
  const generous = new World(policyOf({ windows: [fiveHours(4 * M)] })).policy
  expect(counterfactual(kept, world.policy, { policy: generous, moreCredits: 0n }).outcome).toBe('allowed')
})

test('a hold that runs out while a request waits pays for it, in the same decision', () => {
  const world = new World(policyOf({ windows: [fiveHours(10)] }))
  const hold = world.ask(authorize(10, 1000)).hold!.id
  world.atMs = NOON + 1000
  const decision = world.ask({ price: cost(10) })
  expect([decision.outcome, world.holds.get(hold)!.status, decision.windows[0]!.resetsAtMs]).toEqual([
    'allowed',
    'expired',
    NOON + 5 * HOUR,
  ])
})
