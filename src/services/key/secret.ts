const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const LENGTH = 32
/** `sk_` or `ck_` and eight digits: enough to tell one's keys apart; the 24 that stay secret hold 142 bits. */
const PREFIX_LENGTH = 11

export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array

const SHAPE = /^[sc]k_[0-9A-Za-z]{32}$/

/** A new API key's secret: `sk_` for a service, `ck_` for a customer, and 32 random base-62 digits (190 bits). */
export function newSecret(
  kind: 'service' | 'customer',
  fillRandom: FillRandom = (bytes) => crypto.getRandomValues(bytes),
): { readonly secret: string; readonly prefix: string } {
  let digits = ''
  // 248 is the largest multiple of 62 in a byte: what is above would favour the first digits.
  while (digits.length < LENGTH) {
    for (const byte of fillRandom(new Uint8Array(LENGTH))) {
      if (byte < 248 && digits.length < LENGTH) digits += DIGITS[byte % 62]
    }
  }
  const secret = `${kind === 'service' ? 'sk' : 'ck'}_${digits}`
  return { secret, prefix: secret.slice(0, PREFIX_LENGTH) }
}

/** Could this be a secret of ours? Anything else is refused without a look-up. */
export const isSecretShaped = (text: string): boolean => text.length === LENGTH + 3 && SHAPE.test(text)
