import { type RetryRule, retryPauseMs } from '../../core/delivery/back-off.ts'
import { FAILING_TOO_LONG_MS, isYes } from '../../core/delivery/webhook.ts'
import type { Chance } from '../../ports/system.ts'
import type { WebhookConclusion, WebhookEndpoint, WebhookMessage } from '../../ports/webhook-store.ts'
import type { Engine } from '../engine.ts'
import { openSecret, signedHeaders } from './secret.ts'

/** About 28 hours from the first attempt to the last. */
export const WEBHOOK_RETRIES: RetryRule = { firstMs: 5_000, longestMs: 6 * 3_600_000, attempts: 16 }
/** Longer than any attempt may take: whoever claimed is done, or dead. */
const CLAIM_MS = 60_000
const AT_ONCE = 10
const ERROR_CHARACTERS = 300

export type SendEngine = Pick<Engine, 'webhooks' | 'webhookSender' | 'clock' | 'ids' | 'secret' | 'identity'>

/**
 * Delivers what is due, at most `limit`; at least once, so receivers tell duplicates by `webhook-id`. Every node may run
 * it. An endpoint that took nothing for three days is switched off, and `onDisabled` hears of it.
 */
export async function sendDueWebhooks(
  engine: SendEngine,
  options: {
    readonly limit: number
    readonly chance: Chance
    readonly onDisabled: (endpoint: WebhookEndpoint) => Promise<void>
  },
): Promise<number> {
  const { limit, chance, onDisabled } = options
  const nowMs = engine.clock.nowMs()
  const claims = await engine.webhooks.claim({ nowMs, untilMs: nowMs + CLAIM_MS, limit })
  for (let from = 0; from < claims.length; from += AT_ONCE) {
    await Promise.all(
      claims.slice(from, from + AT_ONCE).map(async ({ message, endpoint }) => {
        const conclusion = await attempt(engine, message, endpoint, chance)
        const standing = await engine.webhooks.conclude(message, conclusion)
        if (standing === false || standing.failingSinceMs === null) return
        if (conclusion.atMs - standing.failingSinceMs >= FAILING_TOO_LONG_MS && (await disable(engine, endpoint)))
          await onDisabled(endpoint)
      }),
    )
  }
  return claims.length
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
