import type { IdempotencyKey, Reply, TransactResult } from '../../../ports/customer-state.ts'

export interface KnownReply {
  readonly fingerprint: string
  readonly reply: Reply
}

/**
 * Replies of recent keys: answers most repetitions without the database. Only what is committed comes in, and an entry
 * never changes, so one that is found is right; one that is missing says nothing. Two generations, each bounded by
 * entries and by the length of their bodies: the older one goes when the younger is full.
 */
export class RecentReplies {
  private young = new Map<string, KnownReply>()
  private old = new Map<string, KnownReply>()
  private youngLength = 0
  private readonly bound: { readonly entries: number; readonly characters: number }

  constructor(bound = { entries: 20_000, characters: 24_000_000 }) {
    this.bound = bound
  }

  recall(name: string): KnownReply | undefined {
    return this.young.get(name) ?? this.old.get(name)
  }

  remember(name: string, known: KnownReply): void {
    if (this.young.size >= this.bound.entries || this.youngLength >= this.bound.characters) {
      this.old = this.young
      this.young = new Map()
      this.youngLength = 0
    }
    this.young.set(name, known)
    this.youngLength += known.reply.body.length
  }
}

export function repeated(known: KnownReply, key: IdempotencyKey): TransactResult {
  if (known.fingerprint !== key.fingerprint) return { kind: 'key_reused' }
  return { kind: 'done', reply: known.reply, replayed: true }
}
