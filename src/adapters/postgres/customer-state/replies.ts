import type { IdempotencyKey, Reply, TransactResult } from '../../../ports/customer-state.ts'

export interface KnownReply {
  readonly fingerprint: string
  readonly reply: Reply
}

/**
 * Replies of recent keys: answers most repetitions without the database. Only what is committed comes in, and an entry
 * never changes, so one that is found is right; one that is missing says nothing. Two generations, each bounded by
 * entries and by bytes: the older one goes when the younger is full.
 *
 * They lie in buffers, outside the heap. As strings each would live long enough to be copied twice by the garbage
 * collector, which then took more time over them than over everything else.
 */
export class RecentReplies {
  private readonly entries: number
  private young: Generation
  private old: Generation

  constructor({ entries, bytes }: { readonly entries: number; readonly bytes: number }) {
    this.entries = entries
    this.young = new Generation(bytes)
    this.old = new Generation(bytes)
  }

  recall(name: string): KnownReply | undefined {
    return this.young.read(name) ?? this.old.read(name)
  }

  remember(name: string, known: KnownReply): void {
    if (this.young.size < this.entries && this.young.write(name, known)) return
    const { young, old } = this
    if (!old.couldHold(known)) return
    old.clear()
    old.write(name, known)
    this.young = old
    this.old = young
  }
}

/** Status, lengths of fingerprint and body; then these two as UTF-8. */
const HEAD_BYTES = 8

const sizeOf = ({ fingerprint, reply }: KnownReply): number =>
  HEAD_BYTES + Buffer.byteLength(fingerprint) + Buffer.byteLength(reply.body)

class Generation {
  private readonly bytes: Buffer
  private readonly places = new Map<string, number>()
  private used = 0

  constructor(bytes: number) {
    // the system gives memory only as it is written
    this.bytes = Buffer.allocUnsafeSlow(bytes)
  }

  get size(): number {
    return this.places.size
  }

  clear(): void {
    this.places.clear()
    this.used = 0
  }

  couldHold(known: KnownReply): boolean {
    return sizeOf(known) <= this.bytes.length
  }

  /** False: there is no room left. */
  write(name: string, known: KnownReply): boolean {
    const { bytes, used } = this
    const end = used + sizeOf(known)
    if (end > bytes.length) return false
    const { fingerprint, reply } = known
    const start = used + HEAD_BYTES
    const ofFingerprint = bytes.write(fingerprint, start)
    const ofBody = bytes.write(reply.body, start + ofFingerprint)
    bytes.writeUInt16LE(reply.status, used)
    bytes.writeUInt16LE(ofFingerprint, used + 2)
    bytes.writeUInt32LE(ofBody, used + 4)
    this.places.set(name, used)
    this.used = end
    return true
  }

  read(name: string): KnownReply | undefined {
    const at = this.places.get(name)
    if (at === undefined) return undefined
    const { bytes } = this
    const start = at + HEAD_BYTES
    const middle = start + bytes.readUInt16LE(at + 2)
    const body = bytes.toString('utf8', middle, middle + bytes.readUInt32LE(at + 4))
    return { fingerprint: bytes.toString('utf8', start, middle), reply: { status: bytes.readUInt16LE(at), body } }
  }
}

export function repeated(known: KnownReply, key: IdempotencyKey): TransactResult {
  if (known.fingerprint !== key.fingerprint) return { kind: 'key_reused' }
  return { kind: 'done', reply: known.reply, replayed: true }
}
