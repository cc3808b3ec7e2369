import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. */
const PREFIX = 'whsec_'
const SECRET_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

export const newSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64')

const keyOf = (engineSecret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', engineSecret, '', 'spillway webhook secrets 1', 32))

/** A secret as it is stored: who reads the database alone cannot sign with it. */
export function sealSecret(secret: string, engineSecret: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', keyOf(engineSecret), iv)
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** Throws when another engine's secret sealed it. */
export function openSecret(sealed: string, engineSecret: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(engineSecret), bytes.subarray(0, IV_BYTES))
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8')
}

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
