import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TEST_POLICY } from '../../../../tests/api/policy.ts'
import { memoryJournal } from '../../../adapters/payments/test-processor/journal.ts'
import { testProcessor } from '../../../adapters/payments/test-processor/processor.ts'
import { testClock } from '../../../adapters/system/test-clock.ts'
import type { Viewer } from '../../../auth/scope.ts'
import type { Role } from '../../../core/identity/roles.ts'
import type { BuiltEngine } from '../../../main/container.ts'
import { buildMemoryEngine } from '../../../main/memory-container.ts'
import { createCustomer } from '../../../services/customer/create.ts'
import type { PortalSettings } from '../engine-holder.ts'
import { createCallerFactory } from '../init.ts'
import { appRouter } from '../router.ts'

const AT = Date.UTC(2026, 10, 21, 12)
const createCaller = createCallerFactory(appRouter)
let built: BuiltEngine
let customers: string[]
beforeAll(async () => {
  const clock = testClock(AT)
  const opened = testProcessor({
    nowMs: clock.nowMs,
    later: (_, work) => queueMicrotask(work),
    journal: memoryJournal(),
    secret: 'a secret of the tests',
    pagesUrl: 'http://127.0.0.1/checkout/test',
    onFault: (fault) => {
      throw fault
    },
  })
  built = await buildMemoryEngine({
    clock,
    payments: opened,
    firstPolicy: async () => ({
      ...TEST_POLICY,
      packs: [
        { id: 'small', title: '100 units', credits: '100', priceMinor: 400, currency: 'EUR', expiresAfterDays: 30 },
      ],
    }),
    onFault: (fault) => {
      throw fault
    },
  })
  customers = await Promise.all([newCustomer(), newCustomer()])
})
afterAll(() => built.close())

async function newCustomer(): Promise<string> {
  const made = await createCustomer(built.engine, {
    externalId: null,
    name: 'Ada',
    kind: 'person',
    tier: 'small',
    timeZone: 'UTC',
    consent: 'on',
    actor: { kind: 'system', job: 'test' },
  })
  if (made.kind !== 'created') throw new Error(made.kind)
  return made.customer
}

/** As somebody with that role in a customer; null: as nobody. */
function as(role: Role | null, at = 0, mode: PortalSettings['mode'] = 'demo') {
  const membership = { customer: customers[at] ?? '', customerName: 'Ada', role: role ?? 'member' }
  const viewer = {
    id: 'usr_1',
    name: 'Ada',
    email: 'ada@example.com',
    memberships: [membership],
    membership,
  } as unknown as Viewer
  const seen = async () => (role === null ? null : viewer)
  const settings = { mode, drain: null } as unknown as PortalSettings
  return createCaller({ engine: built.engine, settings, viewer: seen, viewerNow: seen, address: async () => 'test' })
}
const order = (intent: string) => ({ pack: 'small', intent, keepMethod: true })
const terms = { pack: 'small', threshold: '50', monthlyMaxMinor: '400', seenVersion: 0, agreed: '' } as const

describe('who may', () => {
  test.each([
    ['owner', 'owner', null],
    ['billing', 'billing', null],
    ['member', 'member', 'FORBIDDEN'],
    ['nobody', null, 'UNAUTHORIZED'],
  ] as const)('%s: buy, and switch auto top-up on and off', async (_, role, code) => {
    const refused = async (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: { code?: string }) => error.code ?? 'unknown',
      )
    expect(await refused(as(role).purchase.start(order(`of ${role}`)))).toBe(code)
    // allowed, and refused for what it asks: no method is kept yet
    expect(await refused(as(role).credits.switchOn(terms))).toBe(code ?? 'BAD_REQUEST')
    expect(await refused(as(role).credits.switchOff())).toBe(code)
    const reads = role === null ? 'UNAUTHORIZED' : null
    for (const read of [
      as(role).purchase.offer(),
      as(role).purchase.list({}),
      as(role).credits.topUp(),
      as(role).credits.ledger({}),
    ])
      expect(await refused(read)).toBe(reads)
  })

  test('another customer’s purchase is as if it were not there', async () => {
    const { id } = await as('owner').purchase.start(order('mine'))
    expect((await as('member').purchase.read({ id })).id).toBe(id)
    await expect(as('owner', 1).purchase.read({ id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await as('owner', 1).purchase.list({})).items).toEqual([])
  })

  test('the test processor’s desk does not exist in production', async () => {
    const { checkoutUrl } = await as('owner').purchase.start(order('desk'))
    const reference = checkoutUrl?.split('/').at(-1) ?? ''
    expect((await as(null).purchase.testCheckout({ reference })).status).toBe('open')
    const production = as('owner', 0, 'production')
    for (const call of [
      production.purchase.testCheckout({ reference }),
      production.purchase.testPay({ reference, card: 'success' }),
      production.purchase.testBackOffice({ reference, action: 'refund' }),
    ])
      await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('the offer’s intent is the same until a purchase has ended, so that two tabs buy once', async () => {
  const owner = as('owner', 1)
  const [first, second] = [await owner.purchase.offer(), await owner.purchase.offer()]
  expect(second.intent).toBe(first.intent)
  const started = await Promise.all([first, second].map(({ intent }) => owner.purchase.start(order(intent))))
  expect(new Set(started.map(({ id }) => id)).size).toBe(1)
  const reference = started[0]?.checkoutUrl?.split('/').at(-1) ?? ''
  await owner.purchase.testPay({ reference, card: 'success' })
  await expect.poll(async () => (await owner.purchase.read({ id: started[0]?.id ?? '' })).status).toBe('credited')
  // the stale tab is led to what was bought; a fresh page begins anew
  expect(await owner.purchase.start(order(first.intent))).toEqual({ id: started[0]?.id, checkoutUrl: null })
  expect((await owner.purchase.offer()).intent).not.toBe(first.intent)
})

test('the steps of a purchase are done in order, each with its time and id', async () => {
  const owner = as('owner', 1)
  const { id } = await owner.purchase.start(order('steps'))
  const standings = async () =>
    (await owner.purchase.read({ id })).steps.map(({ step, standing }) => `${step} ${standing}`)
  expect(await standings()).toEqual(['ordered done', 'checkout done', 'paid now', 'credited ahead', 'usable ahead'])
  const reference = (await owner.purchase.read({ id })).checkoutUrl?.split('/').at(-1) ?? ''
  await owner.purchase.testPay({ reference, card: 'decline' })
  await expect.poll(standings).toContain('paid failed')
  await owner.purchase.testPay({ reference, card: 'success' })
  await expect.poll(standings).toEqual(['ordered done', 'checkout done', 'paid done', 'credited done', 'usable done'])
  const { steps } = await owner.purchase.read({ id })
  expect(steps.every(({ atMs }) => atMs !== null)).toBe(true)
  expect(steps.slice(0, 4).every((one) => one.id !== null)).toBe(true)
})

test('the ledger runs back to nothing', async () => {
  const { items, settledAfter } = await as('owner', 1).credits.ledger({ limit: 100 })
  expect(items.length).toBeGreaterThan(0)
  expect(items.reduce((left, { delta }) => left - delta, settledAfter ?? -1n)).toBe(0n)
})
