import { unreachable } from '../../core/shared/assert.ts'
import { hearPayment } from './hear.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

export type WebhookOutcome = 'done' | 'irrelevant' | 'not_ours' | 'not_sold' | 'bad_signature' | 'too_old' | 'malformed'

/** A processor's call: proven by its signature first, then heard. `not_ours` is acknowledged too: it would come for ever. */
export async function handleWebhook(
  engine: PurchaseEngine,
  webhook: { readonly body: string; readonly signature: string },
): Promise<WebhookOutcome> {
  if (engine.payments === null) return 'not_sold'
  const reading = engine.payments.readWebhook({ ...webhook, nowMs: engine.clock.nowMs() })
  switch (reading.kind) {
    case 'event':
      return (await hearPayment(engine, reading.event)).kind === 'heard' ? 'done' : 'not_ours'
    case 'irrelevant':
    case 'bad_signature':
    case 'too_old':
    case 'malformed':
      return reading.kind
    default:
      return unreachable(reading)
  }
}
