import type { AuditId } from '../core/shared/ids.ts'

/** Who caused a change. */
export type Actor =
  | { readonly kind: 'user'; readonly id: string; readonly onBehalfOf?: string }
  | { readonly kind: 'key'; readonly id: string }
  | { readonly kind: 'system'; readonly job: string }

export interface AuditEntryDraft {
  readonly id: AuditId
  readonly actor: Actor
  /** `noun.verb`: 'policy.publish', 'grant.create', 'customer.update', 'key.create' ... */
  readonly action: string
  /** The id of what was changed. */
  readonly target: string
  readonly customer: string | null
  readonly reason: string | null
  /** JSON-safe before/after or input; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>
  readonly atMs: number
}

/** An entry in the chain: written in the transaction of the change that it records. */
export interface AuditEntry extends AuditEntryDraft {
  readonly seq: number
  readonly previousHash: string
  readonly hash: string
}

export interface AuditLog {
  page(after: { seq: number } | null, limit: number): Promise<readonly AuditEntry[]>
  head(): Promise<{ seq: number; hash: string }>
}
