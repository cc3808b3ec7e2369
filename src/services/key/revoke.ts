import type { CustomerId, KeyId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { KeyAuthenticator } from './authenticate.ts'
import type { KeyEngine } from './create.ts'

export interface RevokeKeyInput {
  readonly key: KeyId
  /** The customer it belongs to, as proven for the actor; null for a service key. */
  readonly customer: CustomerId | null
  readonly actor: Actor
  readonly reason: string | null
}

/**
 * Ends a key at once here and within a second on every process. `unknown`: no such key of that customer, or it is
 * revoked already. `authenticator` is this process's own, whose memory of the key goes with it.
 */
export async function revokeKey(
  engine: KeyEngine & { readonly authenticator: Pick<KeyAuthenticator, 'forget'> },
  input: RevokeKeyInput,
): Promise<'revoked' | 'unknown'> {
  const key = await engine.keys.byId(input.key)
  if (key === null || key.customer !== input.customer) return 'unknown'
  const atMs = engine.clock.nowMs()
  const revoked = await engine.keys.revoke(key.id, atMs, {
    id: engine.ids.next('aud', atMs),
    actor: input.actor,
    action: 'key.revoke',
    target: key.id,
    customer: key.customer,
    reason: input.reason,
    detail: { name: key.name, prefix: key.prefix },
    atMs,
  })
  engine.authenticator.forget(key.id)
  return revoked ? 'revoked' : 'unknown'
}
