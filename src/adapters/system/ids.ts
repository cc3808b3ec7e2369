import { randomBytes } from 'node:crypto'
import type { IdPrefix } from '../../core/shared/ids.ts'
import type { Ids } from '../../ports/system.ts'

/** 26 bits after the time count within a millisecond, from a random start in their lower half: 33 million ids before the end. */
const COUNTER_BITS = 26
const COUNTER_END = 2 ** COUNTER_BITS
/** Random hex is drawn for this many ids at once; one draw an id costs twenty times as much. */
const BATCH = 4_096
const TAIL_DIGITS = 12

const HEX_3 = Array.from({ length: 4_096 }, (_, value) => value.toString(16).padStart(3, '0'))

/**
 * UUIDv7 (RFC 9562, method 1): 48 bits of time, a 26-bit counter that starts at random in each millisecond, 48 random
 * bits. An id's time is always the instant it was asked for, so it names its partition; ids of an instant that is over
 * (callers with different clocks) sort by that instant, and among each other at random.
 */
export function uuidV7Ids(random: (size: number) => Buffer = randomBytes): Ids {
  let tails = ''
  let tailAt = 0
  let latestMs = Number.NEGATIVE_INFINITY
  let latestTime = ''
  let counter = 0

  function tail(): string {
    if (tailAt === tails.length) {
      tails = random((BATCH * TAIL_DIGITS) / 2).toString('hex')
      tailAt = 0
    }
    tailAt += TAIL_DIGITS
    return tails.slice(tailAt - TAIL_DIGITS, tailAt)
  }

  const start = (): number => Number.parseInt(tail().slice(0, 7), 16) % (COUNTER_END / 2)

  function next(prefix: IdPrefix, atMs: number): string {
    if (atMs > latestMs) {
      latestTime = timeDigits(atMs)
      latestMs = atMs
      counter = start()
    } else if (atMs === latestMs) {
      counter += 1
      if (counter === COUNTER_END) throw new RangeError(`more than ${COUNTER_END / 2} ids in one millisecond`)
    } else {
      return layout(prefix, timeDigits(atMs), start(), tail())
    }
    return layout(prefix, latestTime, counter, tail())
  }

  return { next }
}

function timeDigits(atMs: number): string {
  if (!Number.isInteger(atMs) || atMs < 0 || atMs >= 2 ** 48) throw new RangeError(`no instant of a UUIDv7: ${atMs}`)
  return atMs.toString(16).padStart(12, '0')
}

const VARIANT = ['8', '9', 'a', 'b']

function layout(prefix: IdPrefix, time: string, count: number, rest: string): string {
  return `${prefix}_${time}7${HEX_3[count >>> 14]}${VARIANT[(count >>> 12) & 3]}${HEX_3[count & 0xfff]}${rest}`
}
