import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EngineWorld, openEngineWorld } from '../../../tests/engine-world.ts'
import { TEST_POLICY } from '../../../tests/api/policy.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { createCustomer } from '../customer/create.ts'
import { decideAccess } from '../decision/decide.ts'
import type { Engine } from '../engine.ts'
import { ensurePerson } from '../identity/ensure-person.ts'
import { addWebhook } from '../webhook/change.ts'
import { sendDueMails } from '../mail/send-due.ts'
import { verify } from '../verify/verify.ts'
import { evaluateAlerts } from './evaluate.ts'
import { tellAlerts } from './tell.ts'
import { alertWatch } from './watch.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000
const ACTOR = { kind: 'system', job: 'test' } as const
const ORIGIN = 'https://spillway.example'

let world: EngineWorld
let engine: Engine
let other: Engine
beforeAll(async () => {
  world = await openEngineWorld(TEST_POLICY, AT)
  engine = world.engine
  other = await world.another()
})
afterAll(() => world.close())

async function newCustomer(): Promise<CustomerId> {
  const made = await createCustomer(engine, {
    externalId: null,
    name: 'House',
    kind: 'organization',
    tier: 'small',
    timeZone: 'UTC',
    consent: 'off',
    actor: ACTOR,
  })
  if (made.kind !== 'created') throw new Error(made.kind)
  const { customer } = made
  await ensurePerson(engine, {
    email: `${customer}@example.com`,
    name: 'Owner',
    staffRole: null,
    memberships: [{ customer, role: 'owner' }],
    actor: ACTOR,
  })
  return customer
}

async function use(customer: CustomerId, cost: bigint): Promise<void> {
  const asked = { subject: null, task: null, feature: 'work', attributes: {}, price: { kind: 'cost', cost } } as const
  const bounds = { acceptPartial: null, includedOnly: false, maxCredits: null, mode: { kind: 'consume' } } as const
  const outcome = await decideAccess(engine, {
    request: { ...bounds, ...asked, customer },
    consent: null,
    idempotencyKey: crypto.randomUUID(),
  })
  expect(outcome.kind).toBe('answered')
  // alerts of one moment have no order among processes
  world.clock.advance(1_000)
}

const told = async (customer: CustomerId) =>
  (await engine.alerts.list(customer, 50)).map(({ threshold }) => threshold).toReversed()

test('each threshold is told once a period, however often and by however many it is looked at', async () => {
  const customer = await newCustomer()
  await use(customer, 49n)
  await evaluateAlerts(engine, customer)
  expect(await told(customer)).toEqual([])
  await use(customer, 1n)
  await Promise.all(Array.from({ length: 10 }, (_, n) => evaluateAlerts(n % 2 === 0 ? engine : other, customer)))
  expect(await told(customer)).toEqual([50])
  await use(customer, 45n)
  await Promise.all([evaluateAlerts(engine, customer), evaluateAlerts(other, customer)])
  expect(await told(customer)).toEqual([50, 90])
  await use(customer, 5n)
  await evaluateAlerts(engine, customer)
  expect(await told(customer)).toEqual([50, 90, 100])

  world.clock.advance(6 * HOUR)
  await evaluateAlerts(engine, customer)
  expect(await told(customer)).toEqual([50, 90, 100])
  await use(customer, 60n)
  await evaluateAlerts(engine, customer)
  expect(await told(customer)).toEqual([50, 90, 100, 50])
})

test('what a process noted and lost, the sweep of another finds', async () => {
  const customer = await newCustomer()
  alertWatch(engine).note(customer)
  await use(customer, 80n)
  const watch = alertWatch(other)
  await watch.sweep(500)
  expect(await told(customer)).toEqual([75])
})

test('noted customers are looked at, bounded, and once', async () => {
  const [first, second] = [await newCustomer(), await newCustomer()]
  const watch = alertWatch(engine)
  for (const customer of [first, second, first]) {
    await use(customer, 50n)
    watch.note(customer)
  }
  await watch.look(1)
  expect([await told(first), await told(second)]).toEqual([[100], []])
  await watch.look(10)
  expect([await told(first), await told(second)]).toEqual([[100], [50]])
})

test('mail and webhook hear of it once, from two nodes that tell at the same time', async () => {
  const customer = await newCustomer()
  await addWebhook(engine, { customer, url: 'https://example.com/hooks', events: ['alert.crossed'], actor: ACTOR })
  await use(customer, 95n)
  await evaluateAlerts(engine, customer)
  await Promise.all([engine, other].map((node) => tellAlerts(node, { origin: ORIGIN, limit: 100 })))
  await tellAlerts(engine, { origin: ORIGIN, limit: 100 })
  const mails = (await engine.mails.latest(100)).filter((mail) => mail.customer === customer)
  expect(mails.map(({ to, content }) => [to, content.template])).toEqual([[`${customer}@example.com`, 'alert_crossed']])
  const [delivery, ...more] = await engine.webhooks.log({ customer, endpoint: null, limit: 10 })
  expect(more).toEqual([])
  expect(JSON.parse(delivery?.body ?? '')).toMatchObject({
    type: 'alert.crossed',
    data: { customer, percent: 90, used: '95', limit: '100', subject: { kind: 'window', id: 'five_hour' } },
  })
})

test('two mail jobs at once send each mail once', async () => {
  for (let n = 0; n < 40; n += 1)
    await engine.mailer.queue({
      key: `two-jobs/${n}`,
      to: `${n}@two-jobs.example`,
      customer: null,
      content: { template: 'sign_in_link', link: ORIGIN, expiresAtMs: AT },
    })
  const sent: string[] = []
  const transport = { send: async ({ to }: { to: string }) => void sent.push(to) }
  const fast = { mailRenderer: { render: async () => ({ subject: '', html: '', text: '' }) } }
  for (let round = 0; round < 6; round += 1)
    await Promise.all(
      [engine, other].map((node) => sendDueMails({ ...node, ...fast }, transport, { limit: 10, chance: () => 0.5 })),
    )
  const ours = sent.filter((to) => to.endsWith('@two-jobs.example'))
  expect(ours.toSorted()).toEqual(Array.from({ length: 40 }, (_, n) => `${n}@two-jobs.example`).toSorted())
})

test('afterwards the books are verified, and nothing is wrong', async () => {
  const report = await verify(engine, world.verifyStore)
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
})
