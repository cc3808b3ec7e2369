import fc from 'fast-check'
import { expect } from 'vitest'
import type { PolicyDocument } from '../../src/core/policy/document.ts'
import type { CustomerId, HoldId } from '../../src/core/shared/ids.ts'
import { policyOf } from '../../src/core/testing/world.ts'
import type { VerifyStore } from '../../src/ports/verify-store.ts'
import { grantCredits } from '../../src/services/credit/grant.ts'
import { createCustomer } from '../../src/services/customer/create.ts'
import { captureUsage } from '../../src/services/decision/capture.ts'
import { decideAccess } from '../../src/services/decision/decide.ts'
import { releaseUnused } from '../../src/services/decision/release.ts'
import type { Engine } from '../../src/services/engine.ts'
import { settleBatch } from '../../src/services/settlement/settle.ts'
import { verify } from '../../src/services/verify/verify.ts'
import { expireDueGrants, expireDueHolds, refreshDueAllowances } from '../../src/settler/due-jobs.ts'
import type { TestClock } from '../../src/adapters/system/test-clock.ts'

/** What a history runs on: several processes over one store, and a clock that moves when told. */
export interface Stage {
  readonly processes: readonly Engine[]
  readonly clock: TestClock
  readonly verifyStore: VerifyStore
}

const HOUR = 3_600_000

export const DOCUMENT: PolicyDocument = policyOf({
  windows: [
    { id: 'five_hour', title: '5 hours', limit: '40', kind: 'fixed', anchor: 'first_use', lengthMs: 5 * HOUR },
    { id: 'day', title: 'Day', limit: '70', kind: 'fixed', anchor: 'calendar', unit: 'day', zone: 'customer' },
    { id: 'hour', title: 'Hour', limit: '35', kind: 'sliding', lengthMs: HOUR, subBuckets: 6 },
  ],
  guards: [{ id: 'jobs', kind: 'concurrency', scope: 'subject', limit: 4 }],
  allowances: [
    {
      id: 'daily',
      title: 'Daily',
      amount: '15',
      every: { anchor: 'calendar', unit: 'day', zone: 'customer' },
      rollover: { max: '5', periods: 1 },
    },
  ],
  caps: [{ id: 'spend', scope: 'customer', limit: '90', period: 'day' }],
})

type Act =
  | { readonly kind: 'decide'; readonly amount: number; readonly hold: boolean; readonly subject: string | null }
  | { readonly kind: 'capture' | 'partial' | 'release'; readonly which: number; readonly amount: number }
  | { readonly kind: 'grant'; readonly amount: number; readonly lastsMs: number | null }

/** One wave: acts at the same time, each sent `times` times with one key, some by way of the other process. */
interface Wave {
  readonly acts: readonly { readonly act: Act; readonly times: number; readonly process: number }[]
  readonly after: 'settle' | 'settle twice' | 'nothing' | 'jobs'
  readonly waitMs: number
}

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      amount: fc.integer({ min: 1, max: 30 }),
      hold: fc.boolean(),
      subject: fc.constantFrom('a', 'b', null),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('capture' as const, 'partial' as const, 'release' as const),
      which: fc.nat(20),
      amount: fc.integer({ min: 0, max: 35 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('grant' as const),
      amount: fc.integer({ min: 1, max: 60 }),
      lastsMs: fc.constantFrom(null, 2 * HOUR),
    }),
  },
)

export const waves: fc.Arbitrary<Wave[]> = fc.array(
  fc.record({
    acts: fc.array(fc.record({ act, times: fc.constantFrom(1, 1, 2, 5), process: fc.nat(1) }), {
      minLength: 1,
      maxLength: 6,
    }),
    after: fc.constantFrom('settle' as const, 'settle twice' as const, 'nothing' as const, 'jobs' as const),
    waitMs: fc.constantFrom(0, 1, 30_000, HOUR, 6 * HOUR, 25 * HOUR),
  }),
  { minLength: 1, maxLength: 6 },
)

let serial = 0

/**
 * Plays a history on a customer of its own: duplicates and races in every wave, two processes, time that jumps. In the
 * end the backlog is empty, nothing is open that ran out, each key gave one answer, and verify explains everything.
 */
export async function play(stage: Stage, history: readonly Wave[]): Promise<void> {
  const [first] = stage.processes as [Engine]
  const created = await createCustomer(first, {
    externalId: `history-${serial++}`,
    name: 'History',
    kind: 'person',
    tier: 't',
    timeZone: 'Europe/Berlin',
    consent: 'on',
    actor: { kind: 'system', job: 'test' },
  })
  if (created.kind !== 'created') throw new Error(created.kind)
  const { customer } = created
  const holds: HoldId[] = []
  const answers = new Map<string, string>()

  for (const [w, wave] of history.entries()) {
    const running = wave.acts.flatMap(({ act: one, times, process }, a) =>
      Array.from({ length: times }, (_, time) => {
        const engine = stage.processes[(process + time) % stage.processes.length] as Engine
        return perform(engine, { customer, act: one, key: `${w}-${a}`, holds }).then((answer) => {
          if (answer === null) return
          const before = answers.get(`${w}-${a}`)
          if (before !== undefined) expect(answer).toBe(before)
          answers.set(`${w}-${a}`, answer)
          const { hold } = JSON.parse(answer) as { hold?: { id: HoldId; status?: string } | null }
          if (one.kind === 'decide' && hold) holds.push(hold.id)
        })
      }),
    )
    await Promise.all(running)
    if (wave.after === 'settle') await settleBatch(first, BOUNDS)
    if (wave.after === 'settle twice') await Promise.all(stage.processes.map((engine) => settleBatch(engine, BOUNDS)))
    if (wave.after === 'jobs') await Promise.all(stage.processes.map(runJobs))
    stage.clock.advance(wave.waitMs)
  }

  stage.clock.advance(2 * HOUR)
  await runJobs(first)
  for (let i = 0; i < 20; i++) await settleBatch(first, BOUNDS)
  await runJobs(first)
  const view = await first.readers.customer(customer)
  expect([view?.state.openHolds, view?.openHoldsTotal]).toEqual([0, 0])
  const report = await verify(first, stage.verifyStore, { customer })
  expect(report.checks.flatMap((check) => check.found)).toEqual([])
  expect(report.ok).toBe(true)
}

const BOUNDS = { maxNotes: 64, maxEventsPerCustomer: 100 }

async function runJobs(engine: Engine): Promise<void> {
  for (const job of [expireDueHolds, refreshDueAllowances, expireDueGrants]) {
    const outcome = await job(engine, 200)
    expect(outcome.faults).toEqual([])
  }
}

/** The body that was answered; null when there was none to compare (a race that was told to come again). */
async function perform(
  engine: Engine,
  input: { customer: CustomerId; act: Act; key: string; holds: readonly HoldId[] },
): Promise<string | null> {
  const { customer, act: one, key, holds } = input
  if (one.kind === 'decide') {
    const mode = one.hold ? { kind: 'authorize' as const, ttlMs: HOUR } : { kind: 'consume' as const }
    const price = { kind: 'cost' as const, cost: BigInt(one.amount) }
    const request = {
      customer,
      subject: one.subject,
      task: null,
      feature: 'chat',
      price,
      attributes: {},
      mode,
      acceptPartial: null,
      includedOnly: false,
      maxCredits: null,
    }
    return bodyOf(await decideAccess(engine, { request, consent: null, idempotencyKey: key }))
  }
  if (one.kind === 'grant') {
    const atMs = engine.clock.nowMs()
    const result = await grantCredits(engine, {
      customer,
      kind: 'credits',
      amount: BigInt(one.amount),
      priority: 0,
      features: null,
      effectiveAtMs: null,
      expiresAtMs: one.lastsMs === null ? null : atMs + one.lastsMs,
      source: `test:${key}`,
      reason: 'history',
      actor: { kind: 'system', job: 'test' },
      idempotency: { operation: 'grants', key, fingerprint: '0'.repeat(32) },
    })
    return result.kind === 'done' && result.reply.status === 201 ? result.reply.body : null
  }
  const hold = holds[one.which % Math.max(1, holds.length)]
  if (hold === undefined) return null
  const command = { hold, customer, idempotencyKey: key }
  if (one.kind === 'release') return bodyOf(await releaseUnused(engine, command))
  return bodyOf(
    await captureUsage(engine, {
      ...command,
      price: { kind: 'cost', cost: BigInt(one.amount) },
      final: one.kind === 'capture',
    }),
  )
}

function bodyOf(outcome: { readonly kind: string; readonly reply?: { readonly body: string } }): string | null {
  return outcome.kind === 'answered' && outcome.reply !== undefined ? outcome.reply.body : null
}
