import type { MailTransport } from '../ports/mailer.ts'
import type { Chance, Every } from '../ports/system.ts'
import type { WebhookEndpoint } from '../ports/webhook-store.ts'
import { tellAlerts } from '../services/alert/tell.ts'
import type { AlertWatch } from '../services/alert/watch.ts'
import type { Engine } from '../services/engine.ts'
import { sendDueMails } from '../services/mail/send-due.ts'
import { completeRedemptions } from '../services/promotion/redeem.ts'
import { webhookSending } from '../services/webhook/send-due.ts'

const SECOND = 1_000
const MAIL_MS = 2 * SECOND
const MAILS_PER_TICK = 50
const WEBHOOK_MS = SECOND
const LOOK_MS = SECOND / 2
/** Some 100 customers a second at most: alerts may be late when all change at once, decisions may not. */
const LOOKS_PER_TICK = 50
const SWEEP_MS = 5 * SECOND
const SWEEP_CUSTOMERS = 20
const TELL_MS = SECOND
const TELLS_PER_TICK = 50
const COMPLETE_MS = 30 * SECOND
const COMPLETIONS_PER_TICK = 50
const PURGE_MS = 60 * 60 * SECOND
const KEEP_MS = 30 * 24 * 60 * 60 * SECOND
const PURGE_LIMIT = 1_000

export interface MessageJobOptions {
  readonly every: Every
  readonly chance: Chance
  /** Null: mails stay in the outbox. */
  readonly mail: MailTransport | null
  readonly watch: AlertWatch
  /** What links in mails begin with. */
  readonly origin: string
  readonly onFault: (error: unknown) => void
}

/** Alerts, and what is sent out of the house. Every node may run all of it. Returns the way to stop: what is on its way is waited for. */
export function startMessageJobs(
  engine: Engine,
  { every, chance, mail, watch, origin, onFault }: MessageJobOptions,
): () => Promise<void> {
  const now = () => engine.clock.nowMs()
  const onDisabled = (endpoint: WebhookEndpoint) => tellDisabled(engine, endpoint, origin)
  const webhooks = webhookSending(engine, { chance, onDisabled, onFault })
  const stops = [
    every(LOOK_MS, () => watch.look(LOOKS_PER_TICK)),
    every(SWEEP_MS, () => watch.sweep(SWEEP_CUSTOMERS)),
    every(TELL_MS, async () => void (await tellAlerts(engine, { origin, limit: TELLS_PER_TICK }))),
    every(WEBHOOK_MS, webhooks.tick),
    every(COMPLETE_MS, async () => {
      await completeRedemptions(engine, { beforeMs: now() - COMPLETE_MS, limit: COMPLETIONS_PER_TICK })
    }),
    every(PURGE_MS, async () => {
      await engine.mails.purge(now() - KEEP_MS, PURGE_LIMIT)
      await engine.webhooks.purge(now() - KEEP_MS, PURGE_LIMIT)
    }),
    ...(mail === null
      ? []
      : [every(MAIL_MS, async () => void (await sendDueMails(engine, mail, { limit: MAILS_PER_TICK, chance })))]),
  ]
  return () => {
    for (const stop of stops) stop()
    return webhooks.stop()
  }
}

/** Its owners hear by mail that we gave up. */
async function tellDisabled(engine: Engine, { id, customer, url }: WebhookEndpoint, origin: string): Promise<void> {
  const owners = (await engine.identity.members(customer)).filter(({ role }) => role === 'owner')
  for (const { email } of owners) {
    await engine.mailer.queue({
      key: `webhook/${id}/${engine.clock.nowMs()}/${email}`,
      to: email,
      customer,
      content: { template: 'webhook_disabled', url, link: `${origin}/app/webhooks` },
    })
  }
}
