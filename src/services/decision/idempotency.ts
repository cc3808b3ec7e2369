import type { IdempotencyKey } from '../../ports/customer-state.ts'
import type { Engine } from '../engine.ts'
import { canonicalJson } from './canonical-json.ts'

const FINGERPRINT_DIGITS = 32

/** The first 128 bits of SHA-256 over an input's canonical text. */
export const fingerprintOf = (engine: Pick<Engine, 'hash'>, text: string): string =>
  engine.hash(text).slice(0, FINGERPRINT_DIGITS)

/** Names one intent: the caller's key within an operation, and the fingerprint of its parsed input. */
export function idempotencyOf(
  engine: Pick<Engine, 'hash'>,
  intent: { readonly operation: string; readonly key: string; readonly input: unknown },
): IdempotencyKey {
  return {
    operation: intent.operation,
    key: intent.key,
    fingerprint: fingerprintOf(engine, canonicalJson(intent.input)),
  }
}
