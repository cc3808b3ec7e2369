import type { Decision, Granted } from '../client/types.ts'
import type { CustomerId, HoldId } from '../core/shared/ids.ts'
import type { Usage } from '../core/waterfall/request.ts'
import { captureUsage } from '../services/decision/capture.ts'
import { decideAccess } from '../services/decision/decide.ts'
import { releaseUnused } from '../services/decision/release.ts'
import type { Engine } from '../services/engine.ts'

/** One request of the demo's history. */
export interface Ask {
  readonly atMs: number
  readonly subject: string
  readonly feature: string
  readonly usage: Usage
  readonly attributes: Readonly<Record<string, string>>
  /** Token of an earlier denial that asked. */
  readonly consent?: string
}

/**
 * Acts for one customer at times of the past, in order, through the real services. The n-th call always has the same
 * idempotency key, so that a history that was cut off is continued and not doubled.
 */
export interface DemoActor {
  readonly customer: CustomerId
  consume(ask: Ask): Promise<Decision>
  authorize(ask: Ask & { ttlMs: number }): Promise<Decision>
  capture(granted: Granted, atMs: number, usage: Usage): Promise<void>
  release(granted: Granted, atMs: number): Promise<void>
}

export function demoActor(real: Engine, customer: CustomerId): DemoActor {
  let nowMs = 0
  let calls = 0
  const engine: Engine = { ...real, clock: { nowMs: () => nowMs } }
  const moveTo = (atMs: number) => {
    nowMs = Math.max(nowMs, atMs)
    calls += 1
    return `seed-${calls}`
  }
  const decide = async (
    ask: Ask,
    mode: { kind: 'consume' } | { kind: 'authorize'; ttlMs: number },
  ): Promise<Decision> => {
    const idempotencyKey = moveTo(ask.atMs)
    const { subject, feature, attributes, usage } = ask
    const request = {
      customer,
      subject,
      task: null,
      feature,
      price: { kind: 'usage', usage },
      attributes,
      mode,
    } as const
    const bounds = { acceptPartial: null, includedOnly: false, maxCredits: null }
    const outcome = await decideAccess(engine, {
      request: { ...request, ...bounds },
      consent: ask.consent ?? null,
      idempotencyKey,
    })
    if (outcome.kind !== 'answered')
      throw new Error(`the demo's ${idempotencyKey} of ${customer} was not decided: ${outcome.kind}`)
    return JSON.parse(outcome.reply.body)
  }
  return {
    customer,
    consume: (ask) => decide(ask, { kind: 'consume' }),
    authorize: (ask) => decide(ask, { kind: 'authorize', ttlMs: ask.ttlMs }),
    async capture(granted, atMs, usage) {
      const idempotencyKey = moveTo(atMs)
      const outcome = await captureUsage(engine, {
        hold: holdOf(granted),
        customer,
        idempotencyKey,
        price: { kind: 'usage', usage },
        final: true,
      })
      if (outcome.kind !== 'answered') throw new Error(`the demo's capture of ${customer} failed: ${outcome.kind}`)
    },
    async release(granted, atMs) {
      const idempotencyKey = moveTo(atMs)
      const outcome = await releaseUnused(engine, { hold: holdOf(granted), customer, idempotencyKey })
      if (outcome.kind !== 'answered') throw new Error(`the demo's release of ${customer} failed: ${outcome.kind}`)
    },
  }
}

function holdOf(granted: Granted): HoldId {
  if (granted.hold === null) throw new Error(`${granted.id} was granted without a hold`)
  return granted.hold.id
}
