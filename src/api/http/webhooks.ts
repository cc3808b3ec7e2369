import type { IncomingMessage, ServerResponse } from 'node:http'
import { unreachable } from '../../core/shared/assert.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import { PaymentsUnavailable } from '../../ports/payments.ts'
import { handleWebhook, type WebhookOutcome } from '../../services/purchase/handle-webhook.ts'
import type { Api } from './handle.ts'
import { readBody } from './request-body.ts'

/** Where Stripe posts what became of payments. Outside of the API: the signature is its only credential. */
export const STRIPE_WEBHOOK = '/webhooks/stripe'

/** Anything but 2xx makes the processor send it again, for days: so only what may work later is refused with 5xx. */
export async function handleStripeWebhook(api: Api, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    const [status, said] = await answer(api, req)
    send(res, status, said)
  } catch (fault) {
    const known = fault instanceof StoreUnavailable || fault instanceof PaymentsUnavailable
    if (!known) api.observe.fault(fault, { operation: 'stripeWebhook', requestId: '' })
    send(res, known ? 503 : 500, 'not done, send it again')
  }
}

async function answer(api: Api, req: IncomingMessage): Promise<readonly [status: number, said: string]> {
  // the test processor delivers in this process: over HTTP nobody speaks for it
  if (api.engine.payments?.processor !== 'stripe') return [404, 'no such endpoint']
  if (req.method !== 'POST') return [405, 'post it']
  const body = await readBody(req)
  if (body.kind === 'too_large') return [413, 'too large']
  if (body.kind !== 'read') return [400, 'not readable']
  const signature = req.headers['stripe-signature']
  if (typeof signature !== 'string') return [401, 'not signed']
  return replyTo(await handleWebhook(api.engine, { body: body.text, signature }))
}

function replyTo(outcome: WebhookOutcome): readonly [number, string] {
  switch (outcome) {
    case 'done':
    case 'irrelevant':
    case 'not_ours':
      return [200, outcome]
    case 'bad_signature':
      return [401, 'the signature does not match']
    case 'too_old':
      return [401, 'the signature is too old']
    case 'malformed':
      return [400, 'not an event']
    case 'not_sold':
      return [404, 'no such endpoint']
    default:
      return unreachable(outcome)
  }
}

function send(res: ServerResponse, status: number, said: string): void {
  if (res.destroyed) return
  const body = JSON.stringify({ said })
  res.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  })
  res.end(body)
}
