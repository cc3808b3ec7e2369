import type { CustomerId, KeyId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { ApiKey } from '../../ports/key-store.ts'
import type { KeyAuthenticator } from './authenticate.ts'
import { type KeyEngine, makeKey } from './create.ts'

export interface RotateKeyInput {
  readonly key: KeyId
  /** The customer it belongs to, as proven for the actor; null for a service key. */
  readonly customer: CustomerId | null
  /** How long the old secret still works beside the new one, 0 to 30 days. */
  readonly overlapMs: number
  readonly actor: Actor
}

export type RotateKeyResult =
  | { readonly kind: 'rotated'; readonly key: ApiKey; readonly secret: string; readonly oldEndsAtMs: number }
  /** No such key of that customer, or it is revoked, expired or being replaced already: at most two are ever live. */
  | { readonly kind: 'not_live' }
  | { readonly kind: 'refused'; readonly why: 'overlap_too_long' }

const LONGEST_OVERLAP_MS = 30 * 86_400_000

/** Puts a new secret with the same rights beside a key, whose end is set, in one transaction. */
export async function rotateKey(
  engine: KeyEngine & { readonly authenticator: Pick<KeyAuthenticator, 'forget'> },
  input: RotateKeyInput,
): Promise<RotateKeyResult> {
  const { overlapMs } = input
  if (!(overlapMs >= 0 && overlapMs <= LONGEST_OVERLAP_MS)) return { kind: 'refused', why: 'overlap_too_long' }
  const old = await engine.keys.byId(input.key)
  if (old === null || old.customer !== input.customer) return { kind: 'not_live' }

  const atMs = engine.clock.nowMs()
  const endsAtMs = atMs + Math.floor(overlapMs)
  const { key, secret } = makeKey(engine, { ...old, atMs })
  const outcome = await engine.keys.rotate({
    id: old.id,
    replacement: key,
    endsAtMs,
    atMs,
    audit: {
      id: engine.ids.next('aud', atMs),
      actor: input.actor,
      action: 'key.rotate',
      target: old.id,
      customer: old.customer,
      reason: null,
      detail: { replacement: key.id, prefix: key.prefix, endsAtMs },
      atMs,
    },
  })
  engine.authenticator.forget(old.id)
  if (outcome === 'not_live') return { kind: 'not_live' }
  return { kind: 'rotated', key, secret, oldEndsAtMs: Math.min(old.expiresAtMs ?? endsAtMs, endsAtMs) }
}
