import { type Algorithm, hash, verify } from '@node-rs/argon2'
import { type Passwords, PasswordsBusy } from '../../ports/passwords.ts'

/** 19 MiB, two passes, one lane: about 25 ms of one core here, and 19 MiB for each guess of an attacker. */
const COST = { algorithm: 2 as Algorithm.Argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** Hashes at once, so that a flood of sign-ins takes neither every core's thread nor all memory; and how many may wait. */
const MOST_AT_ONCE = 2
const MOST_WAITING = 50

/** Argon2id of all bytes of a password: nothing is cut off. */
export function argon2Passwords(): Passwords {
  let running = 0
  const waiting: (() => void)[] = []
  async function bounded<T>(work: () => Promise<T>): Promise<T> {
    if (running >= MOST_AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new PasswordsBusy('too many sign-ins at once')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
  const hashed = (password: string) => bounded(() => hash(password.normalize('NFC'), COST))
  /** Nobody's: what an unknown address is compared with. Made once, of what nobody knows. */
  let nobodys: Promise<string> | null = null

  return {
    hash: hashed,
    async matches(password, stored) {
      nobodys ??= hashed(crypto.randomUUID())
      const compared = stored ?? (await nobodys)
      const equal = await bounded(() => verify(compared, password.normalize('NFC')))
      return equal && stored !== null
    },
  }
}
