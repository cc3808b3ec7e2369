import { formatCredits } from '../../core/shared/amount.ts'
import type { Alert } from '../../ports/alert-store.ts'
import type { Engine } from '../engine.ts'
import { publishEvent } from '../webhook/publish.ts'

export type TellEngine = Pick<Engine, 'alerts' | 'identity' | 'mailer' | 'webhooks' | 'ids' | 'clock'>

/** People who get one mail each; a customer with more owners than this has the rest read the portal. */
const RECIPIENTS = 20

/**
 * Tells recorded alerts on their channels, at most `limit`. Telling twice changes nothing, since mails and webhooks go by
 * the alert's id: so a node that dies half-way is made good by the next one.
 */
export async function tellAlerts(
  engine: TellEngine,
  { origin, limit }: { readonly origin: string; readonly limit: number },
): Promise<number> {
  const alerts = await engine.alerts.untold(limit)
  for (const alert of alerts) {
    if (alert.channels.includes('mail')) await mail(engine, alert, origin)
    if (alert.channels.includes('webhook')) await webhook(engine, alert)
  }
  if (alerts.length > 0)
    await engine.alerts.told(
      alerts.map(({ id }) => id),
      engine.clock.nowMs(),
    )
  return alerts.length
}

async function mail({ identity, mailer }: TellEngine, alert: Alert, origin: string): Promise<void> {
  const { id, customer, threshold, subject } = alert
  const members = await identity.members(customer)
  const payers = members.filter(({ role }) => role === 'owner' || role === 'billing').slice(0, RECIPIENTS)
  for (const { email } of payers) {
    await mailer.queue({
      key: `alert/${id}/${email}`,
      to: email,
      customer,
      content: {
        template: 'alert_crossed',
        subject: subject.title,
        percent: threshold,
        used: subject.used,
        limit: subject.limit,
        resetsAtMs: subject.resetsAtMs,
        link: `${origin}/app`,
      },
    })
  }
}

async function webhook(engine: TellEngine, { id, customer, threshold, subject, crossedAtMs }: Alert): Promise<void> {
  await publishEvent(engine, {
    customer,
    type: 'alert.crossed',
    key: `alert/${id}`,
    atMs: crossedAtMs,
    data: {
      alert: id,
      customer,
      subject: { kind: subject.kind, id: subject.id, title: subject.title },
      percent: threshold,
      used: `${subject.used}`,
      limit: `${subject.limit}`,
      usedCredits: formatCredits(subject.used),
      resetsAt: subject.resetsAtMs === null ? null : new Date(subject.resetsAtMs).toISOString(),
    },
  })
}
