import type { PolicyDocument } from '../core/policy/document.ts'
import type { AuditEntryDraft } from './audit-log.ts'

export interface PolicyVersion {
  readonly version: number
  readonly document: PolicyDocument
  readonly publishedAtMs: number
  readonly note: string
}

/** Immutable numbered versions; the highest is in force. */
export interface PolicyStore {
  current(): Promise<PolicyVersion | null>
  version(version: number): Promise<PolicyVersion | null>
  versions(limit: number): Promise<readonly Omit<PolicyVersion, 'document'>[]>
  /** Appends `base + 1` with its audit entry in one transaction; `stale` when `base` is no longer the version in force. */
  publish(input: {
    base: number
    document: PolicyDocument
    note: string
    atMs: number
    audit: AuditEntryDraft
  }): Promise<{ kind: 'published'; version: number } | { kind: 'stale'; current: number }>
}
