import type { MailTransport } from '../ports/mailer.ts'
import type { Every } from '../ports/system.ts'
import type { Engine } from '../services/engine.ts'
import { sendDueMails } from '../services/mail/send-due.ts'

const MAIL_MS = 2_000
const MAILS_PER_TICK = 50
const PURGE_MS = 60 * 60_000
const KEEP_MAIL_MS = 30 * 24 * 3_600_000
const PURGE_LIMIT = 1_000

/** What is sent out of the house; every node may run all of it. Returns the way to stop. */
export function startMessageJobs(
  engine: Engine,
  options: { readonly every: Every; readonly mail: MailTransport | null },
): () => void {
  const { every, mail } = options
  const stops = [
    ...(mail === null
      ? []
      : [every(MAIL_MS, async () => void (await sendDueMails(engine, mail, { limit: MAILS_PER_TICK })))]),
    every(PURGE_MS, async () => void (await engine.mails.purge(engine.clock.nowMs() - KEEP_MAIL_MS, PURGE_LIMIT))),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}
