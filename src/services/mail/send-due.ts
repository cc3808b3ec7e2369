import { type RetryRule, retryPauseMs } from '../../core/delivery/back-off.ts'
import { type MailTransport, MailRefused } from '../../ports/mailer.ts'
import type { MailOutcome, StoredMail } from '../../ports/mail-store.ts'
import type { Chance } from '../../ports/system.ts'
import type { Engine } from '../engine.ts'

/** About 21 hours from the first attempt to the last. */
export const MAIL_RETRIES: RetryRule = { firstMs: 10_000, longestMs: 4 * 3_600_000, attempts: 14 }
/** Longer than any attempt may take: whoever claimed is done, or dead. */
export const MAIL_CLAIM_MS = 120_000
const AT_ONCE = 5
const ERROR_CHARACTERS = 500

export interface SendOutcome {
  readonly sent: number
  readonly again: number
  readonly failed: number
}

/**
 * Sends the mails that are due, at most `limit`. Every node may run it: a mail is claimed by one of them. Towards the mail
 * server this is at least once: a node that dies between the server's yes and the note of it sends that mail again.
 */
export async function sendDueMails(
  engine: Pick<Engine, 'mails' | 'mailRenderer' | 'clock'>,
  transport: MailTransport,
  { limit, chance }: { readonly limit: number; readonly chance: Chance },
): Promise<SendOutcome> {
  const tally = { sent: 0, again: 0, failed: 0 }
  for (let done = 0; done < limit; ) {
    const nowMs = engine.clock.nowMs()
    // only what is sent at once is claimed at once: behind a slow server no claim runs out before its turn
    const claimed = await engine.mails.claim({
      nowMs,
      untilMs: nowMs + MAIL_CLAIM_MS,
      limit: Math.min(AT_ONCE, limit - done),
    })
    if (claimed.length === 0) break
    done += claimed.length
    await Promise.all(
      claimed.map(async (mail) => {
        const outcome = await attempt(engine, transport, mail, chance)
        await engine.mails.conclude(mail, outcome)
        tally[outcome.kind] += 1
      }),
    )
  }
  return tally
}

async function attempt(
  engine: Pick<Engine, 'mailRenderer' | 'clock'>,
  transport: MailTransport,
  mail: StoredMail,
  chance: Chance,
): Promise<MailOutcome> {
  try {
    const rendered = await engine.mailRenderer.render(mail.content)
    await transport.send({ ...rendered, id: mail.id, to: mail.to })
    return { kind: 'sent', atMs: engine.clock.nowMs() }
  } catch (fault) {
    const error = (fault instanceof Error ? fault.message : String(fault)).slice(0, ERROR_CHARACTERS)
    const pauseMs = fault instanceof MailRefused ? null : retryPauseMs(MAIL_RETRIES, mail.attempts, chance())
    return pauseMs === null
      ? { kind: 'failed', error }
      : { kind: 'again', error, nextAttemptAtMs: engine.clock.nowMs() + pauseMs }
  }
}
