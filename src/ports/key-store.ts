import type { CustomerId, KeyId } from '../core/shared/ids.ts'
import type { AuditEntryDraft } from './audit-log.ts'

export type Scope = 'decide' | 'price' | 'read' | 'manage' | 'ingest' | 'policy'
export const SCOPES = ['decide', 'price', 'read', 'manage', 'ingest', 'policy'] as const satisfies readonly Scope[]

/** Only the prefix and the SHA-256 of the secret are stored. `customer` null: a service key. */
export interface ApiKey {
  readonly id: KeyId
  readonly customer: CustomerId | null
  readonly name: string
  readonly prefix: string
  readonly secretHash: string
  readonly scopes: readonly Scope[]
  readonly createdAtMs: number
  readonly expiresAtMs: number | null
  readonly revokedAtMs: number | null
  readonly lastUsedAtMs: number | null
}

export const REVOKED_BOUND = 1_000

export interface KeyStore {
  byId(id: KeyId): Promise<ApiKey | null>
  bySecretHash(secretHash: string): Promise<ApiKey | null>
  create(key: ApiKey, audit: AuditEntryDraft): Promise<void>
  revoke(id: KeyId, atMs: number, audit: AuditEntryDraft): Promise<boolean>
  /**
   * Puts `replacement` beside a live key, which ends at `endsAtMs`: both are live in between. `not_live`: the key is
   * revoked, expired or already being replaced, so at most two are ever live.
   */
  rotate(rotation: {
    id: KeyId
    replacement: ApiKey
    endsAtMs: number
    atMs: number
    audit: AuditEntryDraft
  }): Promise<'rotated' | 'not_live'>
  touch(id: KeyId, atMs: number): Promise<void>
  list(customer: CustomerId | null): Promise<readonly ApiKey[]>
  /**
   * Ids of keys revoked, or given an earlier end, since; polled, so that a revocation acts within 1 s on every process.
   * At most REVOKED_BOUND of them: an answer of that length says "look every key up again".
   */
  revokedSince(atMs: number): Promise<readonly KeyId[]>
}
