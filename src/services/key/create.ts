import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { ApiKey, Scope } from '../../ports/key-store.ts'
import type { Engine } from '../engine.ts'
import { newSecret } from './secret.ts'

export type KeyEngine = Pick<Engine, 'keys' | 'clock' | 'ids' | 'hash'>

export interface CreateKeyInput {
  /** Null: a service key, which may ask for every customer. */
  readonly customer: CustomerId | null
  /** What people call it, 1 to 100 characters. */
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAtMs: number | null
  readonly actor: Actor
  readonly reason: string | null
}

/** What a customer's own key may ever do; the rest acts on others or on prices. */
export const CUSTOMER_SCOPES = ['decide', 'read', 'ingest'] as const satisfies readonly Scope[]

export type CreateKeyResult =
  /** `secret` is shown this once: only its hash is stored. */
  | { readonly kind: 'created'; readonly key: ApiKey; readonly secret: string }
  | { readonly kind: 'refused'; readonly why: 'no_scope' | 'scope_not_for_customers' | 'expiry_passed' | 'bad_name' }

/** Makes an API key and its audit entry, in one transaction. */
export async function createKey(engine: KeyEngine, input: CreateKeyInput): Promise<CreateKeyResult> {
  const atMs = engine.clock.nowMs()
  const name = input.name.trim()
  if (name === '' || name.length > 100) return { kind: 'refused', why: 'bad_name' }
  if (input.scopes.length === 0) return { kind: 'refused', why: 'no_scope' }
  if (input.expiresAtMs !== null && input.expiresAtMs <= atMs) return { kind: 'refused', why: 'expiry_passed' }
  if (input.customer !== null && input.scopes.some((scope) => !(CUSTOMER_SCOPES as readonly Scope[]).includes(scope))) {
    return { kind: 'refused', why: 'scope_not_for_customers' }
  }

  const { key, secret } = makeKey(engine, { ...input, name, atMs })
  await engine.keys.create(key, {
    id: engine.ids.next('aud', atMs),
    actor: input.actor,
    action: 'key.create',
    target: key.id,
    customer: key.customer,
    reason: input.reason,
    detail: { name, prefix: key.prefix, scopes: key.scopes, expiresAtMs: key.expiresAtMs },
    atMs,
  })
  return { kind: 'created', key, secret }
}

interface NewKey extends Pick<ApiKey, 'customer' | 'name' | 'scopes' | 'expiresAtMs'> {
  readonly atMs: number
}

export function makeKey(engine: KeyEngine, input: NewKey): { readonly key: ApiKey; readonly secret: string } {
  const { secret, prefix } = newSecret(input.customer === null ? 'service' : 'customer')
  const key: ApiKey = {
    id: engine.ids.next('key', input.atMs),
    customer: input.customer,
    name: input.name,
    prefix,
    secretHash: engine.hash(secret),
    scopes: [...new Set(input.scopes)],
    createdAtMs: input.atMs,
    expiresAtMs: input.expiresAtMs,
    revokedAtMs: null,
    lastUsedAtMs: null,
  }
  return { key, secret }
}
