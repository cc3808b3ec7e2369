import { smtpTransport } from '../adapters/mail/smtp.ts'
import type { Every } from '../ports/system.ts'
import type { AlertWatch } from '../services/alert/watch.ts'
import type { Engine } from '../services/engine.ts'
import { systemChance } from '../adapters/system/chance.ts'
import { startMessageJobs } from '../settler/message-jobs.ts'
import type { Endings } from './endings.ts'

export interface MessageOptions {
  /** Null: mails stay in the outbox. */
  readonly smtp: { readonly url: string; readonly from: string } | null
  /** What links in mails begin with. */
  readonly origin: string
}

/** Starts what leaves this house: alerts, mails and webhooks. */
export function startMessages(
  engine: Engine,
  options: MessageOptions & {
    readonly every: Every
    readonly watch: AlertWatch
    readonly endings: Endings
    readonly onFault: (error: unknown) => void
  },
): void {
  const { smtp, endings, every, watch, origin, onFault } = options
  const mail = smtp === null ? null : smtpTransport(smtp)
  if (mail !== null) endings.add('mail server', () => mail.close())
  endings.add('messages', startMessageJobs(engine, { every, chance: systemChance, mail, watch, origin, onFault }))
}
