import type { AuditEntryDraft } from '../../ports/audit-log.ts'
import type { Mailer } from '../../ports/mailer.ts'
import type { Engine } from '../engine.ts'

/** What the verbs of identity need. */
export type IdentityEngine = Pick<Engine, 'identity' | 'passwords' | 'clock' | 'ids' | 'hash'>

/** With mail, and the address that links in it begin with: never one that a request claims. */
export type MailingEngine = IdentityEngine & { readonly mailer: Mailer; readonly origin: string }

export const auditOf = (
  engine: Pick<IdentityEngine, 'ids'>,
  entry: Omit<AuditEntryDraft, 'id' | 'customer' | 'reason' | 'detail'> &
    Partial<Pick<AuditEntryDraft, 'customer' | 'reason' | 'detail'>>,
): AuditEntryDraft => ({
  customer: null,
  reason: null,
  detail: {},
  ...entry,
  id: engine.ids.next('aud', entry.atMs),
})
