import { createHmac, randomBytes } from 'node:crypto'
import { seal, unseal } from '../seal.ts'

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. */
const PREFIX = 'whsec_'
const SECRET_BYTES = 32

export const newSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64')

const USE = 'spillway webhook secrets 1'

/** A secret as it is stored: who reads the database alone cannot sign with it. */
export const sealSecret = (secret: string, engineSecret: string): string => seal(secret, engineSecret, USE)

/** Throws when another engine's secret sealed it. */
export const openSecret = (sealed: string, engineSecret: string): string => unseal(sealed, engineSecret, USE)

/** The headers of a delivery by Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, keyed with the secret's bytes. */
export function signedHeaders(message: {
  readonly id: string
  readonly body: string
  readonly atMs: number
  readonly secret: string
}): Readonly<Record<string, string>> {
  const timestamp = `${Math.floor(message.atMs / 1_000)}`
  const key = Buffer.from(message.secret.slice(PREFIX.length), 'base64')
  const signature = createHmac('sha256', key).update(`${message.id}.${timestamp}.${message.body}`).digest('base64')
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Spillway-Webhooks/1',
    'webhook-id': message.id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}
