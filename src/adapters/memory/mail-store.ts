import { MAIL_LIST_LIMIT, type MailStore, type StoredMail } from '../../ports/mail-store.ts'

export function memoryMailStore(): MailStore {
  const mails = new Map<string, StoredMail>()
  const keys = new Set<string>()
  const write = (mail: StoredMail, change: Partial<StoredMail>): StoredMail => {
    const after = { ...mail, ...change }
    mails.set(mail.id, after)
    return after
  }

  return {
    async queue({ id, draft, atMs }) {
      if (keys.has(draft.key)) return false
      keys.add(draft.key)
      const fresh = { status: 'queued', attempts: 0, sentAtMs: null, lastError: null } as const
      mails.set(id, { ...draft, ...fresh, id, queuedAtMs: atMs, nextAttemptAtMs: atMs })
      return true
    },
    async claim({ nowMs, untilMs, limit }) {
      const due = [...mails.values()].filter((mail) => mail.status === 'queued' && mail.nextAttemptAtMs <= nowMs)
      due.sort((a, b) => a.nextAttemptAtMs - b.nextAttemptAtMs || (a.id < b.id ? -1 : 1))
      return due.slice(0, limit).map((mail) => write(mail, { attempts: mail.attempts + 1, nextAttemptAtMs: untilMs }))
    },
    async conclude({ id, attempts }, outcome) {
      const mail = mails.get(id)
      if (mail === undefined || mail.status !== 'queued' || mail.attempts !== attempts) return false
      if (outcome.kind === 'sent') write(mail, { status: 'sent', sentAtMs: outcome.atMs, lastError: null })
      else if (outcome.kind === 'failed') write(mail, { status: 'failed', lastError: outcome.error })
      else write(mail, { nextAttemptAtMs: outcome.nextAttemptAtMs, lastError: outcome.error })
      return true
    },
    async byId(id) {
      return mails.get(id) ?? null
    },
    async latest(limit) {
      return [...mails.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, Math.min(limit, MAIL_LIST_LIMIT))
    },
    async purge(beforeMs, limit) {
      const over = [...mails.values()].filter((mail) => mail.status !== 'queued' && mail.queuedAtMs < beforeMs)
      for (const mail of over.slice(0, limit)) {
        mails.delete(mail.id)
        keys.delete(mail.key)
      }
      return Math.min(over.length, limit)
    },
  }
}
