const BYTES = 32

/** 256 random bits, as people's links and cookies carry them; only the hash is ever stored. */
export const newToken = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(BYTES))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

const SHAPE = /^[\w-]{43}$/

/** Could this be a token of ours? Anything else is refused without a look-up. */
export const isTokenShaped = (text: string): boolean => SHAPE.test(text)
