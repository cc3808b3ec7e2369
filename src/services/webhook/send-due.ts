import { type RetryRule, retryPauseMs } from '../../core/delivery/back-off.ts'
import { FAILING_TOO_LONG_MS, isYes } from '../../core/delivery/webhook.ts'
import type { Chance } from '../../ports/system.ts'
import type { WebhookConclusion, WebhookEndpoint, WebhookMessage } from '../../ports/webhook-store.ts'
import type { WebhookId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'
import { openSecret, signedHeaders } from './secret.ts'

/** About 28 hours from the first attempt to the last. */
export const WEBHOOK_RETRIES: RetryRule = { firstMs: 5_000, longestMs: 6 * 3_600_000, attempts: 16 }
/** Longer than any attempt may take: whoever claimed is done, or dead. */
const CLAIM_MS = 60_000
/** On their way from one process; and to one endpoint, so that one that is slow holds up nobody else. */
const AT_ONCE = 100
const AT_ONCE_TO_ONE = 5
const ERROR_CHARACTERS = 300

export type SendEngine = Pick<Engine, 'webhooks' | 'webhookSender' | 'clock' | 'ids' | 'secret' | 'identity'>
type Claim = { readonly message: WebhookMessage; readonly endpoint: WebhookEndpoint }

export interface WebhookSending {
  /** Puts what is due on its way, and does not wait for it to arrive. */
  tick(): Promise<void>
  /** Takes nothing more; done once nothing is on its way. */
  stop(): Promise<void>
}

/**
 * Delivers what is due; at least once, so receivers tell duplicates by `webhook-id`, and in no order. Every node may run
 * it. Each endpoint is waited for by itself: one that hangs has a few of its own messages under way and nothing else. One
 * that took nothing for three days is switched off, and `onDisabled` hears of it.
 */
export function webhookSending(
  engine: SendEngine,
  options: {
    readonly chance: Chance
    readonly onDisabled: (endpoint: WebhookEndpoint) => Promise<void>
    readonly onFault: (error: unknown) => void
  },
): WebhookSending {
  const { chance, onDisabled, onFault } = options
  const busy = new Map<WebhookId, Promise<void>>()
  let underWay = 0
  let stopped = false
  /** Claims one after the other: each knows what the one before has put on its way. */
  let claiming: Promise<void> = Promise.resolve()

  const tick = (): Promise<void> => (claiming = claiming.then(claim, claim))

  async function claim(): Promise<void> {
    const limit = AT_ONCE - underWay
    if (stopped || limit <= 0) return
    const nowMs = engine.clock.nowMs()
    const [untilMs, except] = [nowMs + CLAIM_MS, [...busy.keys()]]
    const claims = await engine.webhooks.claim({ nowMs, untilMs, limit, perEndpoint: AT_ONCE_TO_ONE, except })
    for (const [id, own] of byEndpoint(claims)) busy.set(id, deliver(id, own))
  }

  async function deliver(id: WebhookId, claims: readonly Claim[]): Promise<void> {
    underWay += claims.length
    for (const outcome of await Promise.allSettled(claims.map((one) => send(one))))
      if (outcome.status === 'rejected') onFault(outcome.reason)
    underWay -= claims.length
    busy.delete(id)
    // more may wait for it, and others for the room that it took
    tick().catch(onFault)
  }

  async function send({ message, endpoint }: Claim): Promise<void> {
    const conclusion = await attempt(engine, message, endpoint, chance)
    const standing = await engine.webhooks.conclude(message, conclusion)
    if (standing === false || standing.failingSinceMs === null) return
    if (conclusion.atMs - standing.failingSinceMs >= FAILING_TOO_LONG_MS && (await disable(engine, endpoint)))
      await onDisabled(endpoint)
  }

  return {
    tick,
    async stop() {
      stopped = true
      await claiming.catch(onFault)
      await Promise.all(busy.values())
    },
  }
}

function byEndpoint(claims: readonly Claim[]): ReadonlyMap<WebhookId, readonly Claim[]> {
  const own = new Map<WebhookId, Claim[]>()
  for (const one of claims) own.set(one.endpoint.id, [...(own.get(one.endpoint.id) ?? []), one])
  return own
}

async function attempt(
  engine: SendEngine,
  message: WebhookMessage,
  { url, sealedSecret }: WebhookEndpoint,
  chance: Chance,
): Promise<WebhookConclusion> {
  const { id, body, attempts } = message
  let httpStatus: number | null = null
  let error: string | null = null
  try {
    const secret = openSecret(sealedSecret, engine.secret)
    const headers = signedHeaders({ id, body, atMs: engine.clock.nowMs(), secret })
    httpStatus = (await engine.webhookSender.send({ url, headers, body })).status
    if (!isYes(httpStatus)) error = `it answered ${httpStatus}`
  } catch (fault) {
    error = (fault instanceof Error ? fault.message : String(fault)).slice(0, ERROR_CHARACTERS)
  }
  const atMs = engine.clock.nowMs()
  if (error === null) return { atMs, httpStatus, error, outcome: { kind: 'delivered' } }
  const pauseMs = retryPauseMs(WEBHOOK_RETRIES, attempts, chance())
  return {
    atMs,
    httpStatus,
    error,
    outcome: pauseMs === null ? { kind: 'failed' } : { kind: 'again', nextAttemptAtMs: atMs + pauseMs },
  }
}

async function disable(engine: SendEngine, { id, customer, url }: WebhookEndpoint): Promise<boolean> {
  const atMs = engine.clock.nowMs()
  return engine.webhooks.disable(
    { id, atMs },
    {
      id: engine.ids.next('aud', atMs),
      actor: { kind: 'system', job: 'webhooks' },
      action: 'webhook.disable',
      target: id,
      customer,
      reason: 'nothing got through for three days',
      detail: { url },
      atMs,
    },
  )
}
