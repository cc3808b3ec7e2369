import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { canonicalJson } from '../decision/canonical-json.ts'

/** Ed25519 over the canonical JSON of `content`, with a key that is derived from the installation's secret. */
export interface Signed<Content> {
  readonly content: Content
  readonly algorithm: 'Ed25519'
  /** SPKI, base64: anyone who has kept it elsewhere can check the signature without the secret. */
  readonly publicKey: string
  readonly signature: string
}

/** The fixed PKCS#8 frame of an Ed25519 key; its 32 bytes follow (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function signingKey(secret: string): KeyObject {
  const seed = createHmac('sha256', secret).update('spillway signing key 1').digest()
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
}

/** The public half, as it is to be kept by whoever wants to check signatures. */
export function publicKeyOf(secret: string): string {
  return createPublicKey(signingKey(secret)).export({ format: 'der', type: 'spki' }).toString('base64')
}

/** `purpose` keeps a signature of one kind of content from passing as one of another. */
export function signContent<Content>(secret: string, purpose: string, content: Content): Signed<Content> {
  const signature = sign(null, bytesOf(purpose, content), signingKey(secret)).toString('base64')
  return { content, algorithm: 'Ed25519', publicKey: publicKeyOf(secret), signature }
}

/** Whether the content is what the holder of `publicKey` signed. Pass the key that was kept, not the one in the file. */
export function verifySignature(signed: Signed<unknown>, purpose: string, publicKey: string): boolean {
  if (signed.algorithm !== 'Ed25519') return false
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
    return verify(null, bytesOf(purpose, signed.content), key, Buffer.from(signed.signature, 'base64'))
  } catch {
    return false // no key, or no signature: nothing that could be trusted
  }
}

const bytesOf = (purpose: string, content: unknown): Buffer => Buffer.from(`${purpose}\n${canonicalJson(content)}`)
