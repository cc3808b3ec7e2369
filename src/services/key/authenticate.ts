import type { KeyId } from '../../core/shared/ids.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import { type ApiKey, type KeyStore, REVOKED_BOUND } from '../../ports/key-store.ts'
import type { Clock, Every, Hash } from '../../ports/system.ts'
import { isSecretShaped } from './secret.ts'

export type Authenticated =
  | { readonly kind: 'authenticated'; readonly key: ApiKey }
  /** For the log and the metrics; a caller is told nothing but 401. */
  | { readonly kind: 'refused'; readonly why: 'malformed' | 'unknown' | 'revoked' | 'expired' }

export interface KeyAuthenticator {
  /** Throws StoreUnavailable when the key would have to be looked up and cannot be: never "allow". */
  authenticate(secret: string): Promise<Authenticated>
  /** The same, when it can be told from memory; null: `authenticate` has to look. */
  remembered(secret: string): Authenticated | null
  /** Looks the key up again at its next use. */
  forget(id: KeyId): void
  /** Learns what was revoked anywhere since the last time. */
  poll(): Promise<void>
  stop(): void
}

export interface AuthenticatorPorts {
  readonly keys: KeyStore
  readonly clock: Clock
  readonly hash: Hash
  readonly every: Every
  /** Told of a "last used" that could not be written. */
  readonly onFault: (error: unknown) => void
}

const POLL_MS = 500
/** How old what is known of a key may be, by its own look-up or by the last poll: a revocation acts within this. */
const TRUSTED_MS = 1_000
const TOUCH_EVERY_MS = 60_000
const MAX_KNOWN = 20_000
const MAX_UNKNOWN = 20_000
const MAX_LOOK_UPS = 1_000
/** A revocation that commits late, or on a process whose clock is wrong by up to a day, is still found. */
const POLL_OVERLAP_MS = 26 * 3_600_000

const MALFORMED: Authenticated = { kind: 'refused', why: 'malformed' }
const UNKNOWN: Authenticated = { kind: 'refused', why: 'unknown' }

interface Entry {
  readonly key: ApiKey
  readonly readAtMs: number
  touchedAtMs: number
}

/**
 * Proves keys from memory. What is remembered counts only while it is fresh: either just read, or confirmed by a poll
 * of revocations. When polls fail, every key is read again once a second; when reads fail too, nobody is let in.
 */
export function keyAuthenticator(ports: AuthenticatorPorts): KeyAuthenticator {
  const { keys, clock, hash } = ports
  /** By hash of the secret, oldest first. Apart from the unknown ones, so that guessing does not push real keys out. */
  const known = new Map<string, Entry>()
  const unknownReadAtMs = new Map<string, number>()
  const hashOf = new Map<KeyId, string>()
  const lookUps = new Map<string, Promise<Entry | null>>()
  /** Everything curtailed up to here is known: nothing was remembered before there was an authenticator. */
  let polledAtMs = clock.nowMs()

  function drop(secretHash: string): void {
    const entry = known.get(secretHash)
    known.delete(secretHash)
    if (entry !== undefined) hashOf.delete(entry.key.id)
  }

  function keep(secretHash: string, entry: Entry): void {
    drop(secretHash)
    const oldest = known.size >= MAX_KNOWN ? known.keys().next().value : undefined
    if (oldest !== undefined) drop(oldest)
    known.set(secretHash, entry)
    hashOf.set(entry.key.id, secretHash)
  }

  function keepUnknown(secretHash: string, readAtMs: number): void {
    unknownReadAtMs.delete(secretHash)
    const oldest = unknownReadAtMs.size >= MAX_UNKNOWN ? unknownReadAtMs.keys().next().value : undefined
    if (oldest !== undefined) unknownReadAtMs.delete(oldest)
    unknownReadAtMs.set(secretHash, readAtMs)
  }

  /** Undefined: nothing fresh is known. */
  function recall(secretHash: string, nowMs: number): Entry | null | undefined {
    const entry = known.get(secretHash)
    if (entry !== undefined) return nowMs - Math.max(entry.readAtMs, polledAtMs) < TRUSTED_MS ? entry : undefined
    const readAtMs = unknownReadAtMs.get(secretHash)
    return readAtMs !== undefined && nowMs - readAtMs < TRUSTED_MS ? null : undefined
  }

  async function lookUp(secretHash: string): Promise<Entry | null> {
    // Stamped before the read: what is revoked while it runs must not count as known.
    const readAtMs = clock.nowMs()
    const key = await keys.bySecretHash(secretHash)
    if (key === null || !sameText(key.secretHash, secretHash)) {
      drop(secretHash)
      keepUnknown(secretHash, readAtMs)
      return null
    }
    const touchedAtMs = known.get(secretHash)?.touchedAtMs ?? key.lastUsedAtMs ?? Number.NEGATIVE_INFINITY
    const entry: Entry = { key, readAtMs, touchedAtMs }
    keep(secretHash, entry)
    return entry
  }

  async function lookUpOnce(secretHash: string): Promise<Entry | null> {
    const running = lookUps.get(secretHash)
    if (running !== undefined) return running
    if (lookUps.size >= MAX_LOOK_UPS) throw new StoreUnavailable('too many keys are being looked up')
    const started = lookUp(secretHash).finally(() => lookUps.delete(secretHash))
    lookUps.set(secretHash, started)
    return started
  }

  function touch(entry: Entry, nowMs: number): void {
    if (nowMs - entry.touchedAtMs < TOUCH_EVERY_MS) return
    entry.touchedAtMs = nowMs
    keys.touch(entry.key.id, nowMs).catch(ports.onFault)
  }

  function judged(entry: Entry | null, nowMs: number): Authenticated {
    if (entry === null) return UNKNOWN
    const { key } = entry
    if (key.revokedAtMs !== null) return { kind: 'refused', why: 'revoked' }
    if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return { kind: 'refused', why: 'expired' }
    touch(entry, nowMs)
    return { kind: 'authenticated', key }
  }

  function remembered(secret: string): Authenticated | null {
    if (!isSecretShaped(secret)) return MALFORMED
    const nowMs = clock.nowMs()
    const entry = recall(hash(secret), nowMs)
    return entry === undefined ? null : judged(entry, nowMs)
  }

  async function authenticate(secret: string): Promise<Authenticated> {
    return remembered(secret) ?? judged(await lookUpOnce(hash(secret)), clock.nowMs())
  }

  function forget(id: KeyId): void {
    const secretHash = hashOf.get(id)
    if (secretHash !== undefined) drop(secretHash)
  }

  async function poll(): Promise<void> {
    const atMs = clock.nowMs()
    const revoked = await keys.revokedSince(polledAtMs - POLL_OVERLAP_MS)
    if (revoked.length >= REVOKED_BOUND) {
      known.clear()
      hashOf.clear()
    }
    for (const id of revoked) forget(id)
    polledAtMs = atMs
  }

  return { authenticate, remembered, forget, poll, stop: ports.every(POLL_MS, poll) }
}

/** Takes the same time wherever two texts of one length differ. */
function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return difference === 0
}
