import { CHAIN_START, type ChainPosition, type HashText } from './chain.ts'

/** What of an audit entry is chained; the port's entry has these members. */
export interface ChainedEntry {
  readonly id: string
  readonly seq: number
  readonly actor: Readonly<Record<string, unknown>> | object
  readonly action: string
  readonly target: string
  readonly customer: string | null
  readonly reason: string | null
  readonly detail: Readonly<Record<string, unknown>>
  readonly atMs: number
  readonly previousHash: string
  readonly hash: string
}

/** JSON with members in order of their names, so that a store may keep them in any order. */
export function orderedJson(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item) => (item === undefined ? 'null' : orderedJson(item))).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${orderedJson(member)}`).join(',')}}`
}

/** The text that is hashed: everything of the entry but its own hash; a new field must be added at the end. */
export function auditText(entry: Omit<ChainedEntry, 'hash'>): string {
  return orderedJson([
    entry.previousHash,
    entry.seq,
    entry.id,
    entry.actor,
    entry.action,
    entry.target,
    entry.customer,
    entry.reason,
    entry.detail,
    entry.atMs,
  ])
}

/** Chains one more entry to the head. `detail` must be JSON-safe: no bigint, no cycle. */
export function chainAudit<Draft extends Omit<ChainedEntry, 'seq' | 'previousHash' | 'hash'>>(
  head: ChainPosition,
  draft: Draft,
  hash: HashText,
): Draft & { readonly seq: number; readonly previousHash: string; readonly hash: string } {
  const linked = { ...draft, seq: head.seq + 1, previousHash: head.hash }
  return { ...linked, hash: hash(auditText(linked)) }
}

export type AuditBreak = { readonly seq: number; readonly why: 'gap' | 'link' | 'hash' | 'tail' }

/**
 * Walks entries in stored order from `from` (a page's predecessor; default the start of the chain) and names the first
 * break: a missing, repeated or moved entry, a link to another predecessor, or a hash that does not recompute.
 * `expected` is a head that was exported before: entries that end below it were cut off at the tail, and a chain that
 * was rewritten as a whole shows another hash there. Pass it with the last page only.
 */
export function verifyAudit(
  entries: readonly ChainedEntry[],
  hash: HashText,
  { from = CHAIN_START, expected = null }: { from?: ChainPosition; expected?: ChainPosition | null } = {},
): { ok: true; at: ChainPosition } | { ok: false; broken: AuditBreak } {
  let at = from
  let seen = expected === null || (expected.seq === from.seq && expected.hash === from.hash)
  for (const entry of entries) {
    if (entry.seq !== at.seq + 1) return { ok: false, broken: { seq: entry.seq, why: 'gap' } }
    if (entry.previousHash !== at.hash) return { ok: false, broken: { seq: entry.seq, why: 'link' } }
    if (entry.hash !== hash(auditText(entry))) return { ok: false, broken: { seq: entry.seq, why: 'hash' } }
    at = { seq: entry.seq, hash: entry.hash }
    if (expected !== null && at.seq === expected.seq) {
      if (at.hash !== expected.hash) return { ok: false, broken: { seq: at.seq, why: 'hash' } }
      seen = true
    }
  }
  return seen ? { ok: true, at } : { ok: false, broken: { seq: at.seq, why: 'tail' } }
}
