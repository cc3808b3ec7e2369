import { type Answer, problem } from './answer.ts'

const PRINTABLE = /^[\x20-\x7e]{1,255}$/
const QUOTED = /^"([^"\\]|\\["\\])*"$/

export type KeyReading =
  | { readonly ok: true; readonly key: string | null }
  | { readonly ok: false; readonly answer: Answer }

/**
 * The `Idempotency-Key` field: 1 to 255 printable ASCII characters. The quoted form of structured fields, which the IETF
 * draft asks for, names the same intent as the bare one.
 */
export function readIdempotencyKey(field: string | string[] | undefined): KeyReading {
  if (field === undefined) return { ok: true, key: null }
  if (typeof field !== 'string')
    return {
      ok: false,
      answer: problem('idempotency-key-invalid', { detail: 'Send one idempotency key, not several.' }),
    }
  const key = field.startsWith('"') && QUOTED.test(field) ? field.slice(1, -1).replace(/\\(["\\])/g, '$1') : field
  return isIdempotencyKey(key) ? { ok: true, key } : { ok: false, answer: problem('idempotency-key-invalid') }
}

export const isIdempotencyKey = (text: string): boolean => PRINTABLE.test(text)
