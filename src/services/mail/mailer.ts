import type { MailStore } from '../../ports/mail-store.ts'
import type { Mailer } from '../../ports/mailer.ts'
import type { Clock, Ids } from '../../ports/system.ts'

/** Puts mails into the outbox, once per key; the mail job sends what is there. */
export function outboxMailer({ mails, clock, ids }: { mails: MailStore; clock: Clock; ids: Ids }): Mailer {
  return {
    async queue(draft) {
      const atMs = clock.nowMs()
      await mails.queue({ id: ids.next('mail', atMs), draft, atMs })
    },
  }
}
