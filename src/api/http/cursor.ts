import { createHmac, timingSafeEqual } from 'node:crypto'

const MAC_BYTES = 12

/** A page's cursor as callers see it: bound to its list, so that no other text reaches the store. */
export function sealCursor(raw: string | null, list: string, secret: string): string | null {
  return raw === null ? null : Buffer.concat([mac(raw, list, secret), Buffer.from(raw)]).toString('base64url')
}

/** Null: not a cursor of this list. */
export function openCursor(sealed: string, list: string, secret: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= MAC_BYTES) return null
  const raw = bytes.subarray(MAC_BYTES).toString('utf8')
  return timingSafeEqual(bytes.subarray(0, MAC_BYTES), mac(raw, list, secret)) ? raw : null
}

const mac = (raw: string, list: string, secret: string): Buffer =>
  createHmac('sha256', secret).update(`spillway/cursor/v1\n${list}\n${raw}`).digest().subarray(0, MAC_BYTES)
