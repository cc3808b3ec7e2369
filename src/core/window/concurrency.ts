import type { Guard } from '../policy/policy.ts'
import type { HoldId } from '../shared/ids.ts'
import type { GuardState } from '../waterfall/state.ts'
import type { GuardAsk, GuardCheck, GuardCount } from './guard.ts'
import { limitInForce } from './limit-in-force.ts'

/*
 * Work in flight: at most `limit` open holds. A slot ends with its hold, or by itself at the hold's expiry, so that a
 * crashed caller never keeps one for longer. Expired slots are dropped when the next one is taken.
 */

type ConcurrencyGuard = Extract<Guard, { kind: 'concurrency' }>
type Open = Extract<GuardState, { kind: 'concurrency' }>['open']

const NONE: Open = []

function openOf(state: GuardState | undefined): Open {
  return state?.kind === 'concurrency' ? state.open : NONE
}

/** How many slots at the front of the list have expired. */
function expired(open: Open, atMs: number): number {
  let count = 0
  while (count < open.length && (open[count] as Open[number]).expiresAtMs <= atMs) count++
  return count
}

export function checkOpen(guard: ConcurrencyGuard, state: GuardState | undefined, ask: GuardAsk): GuardCheck {
  const limit = limitInForce(guard.limit, ask)
  const open = openOf(state)
  const first = expired(open, ask.atMs)
  const found = open.length - first
  const remaining = Math.max(0, limit - found)
  if (ask.units > remaining && ask.units > 0) {
    // The slot whose end leaves room: as many must end as are open above limit - units.
    const last = ask.units > limit ? undefined : open[open.length - 1 - (limit - ask.units)]
    return { ok: false, limit, found, retryAtMs: last?.expiresAtMs ?? null }
  }
  const latest = found > 0 ? open[open.length - 1]?.expiresAtMs : undefined
  return { ok: true, remaining, limit, resetsAtMs: latest ?? ask.atMs }
}

export function countOpen(state: GuardState | undefined, { atMs, hold }: GuardCount): GuardState {
  const open = openOf(state)
  const first = expired(open, atMs)
  if (hold === null) return { kind: 'concurrency', open: first === 0 ? open : open.slice(first) }
  return { kind: 'concurrency', open: placed(open.slice(first), hold.id, hold.expiresAtMs) }
}

/** Gives a hold's slot back; the same state when it has none. */
export function freeSlot(state: GuardState | undefined, hold: HoldId): GuardState | undefined {
  if (state?.kind !== 'concurrency' || !state.open.some((slot) => slot.hold === hold)) return state
  return { kind: 'concurrency', open: state.open.filter((slot) => slot.hold !== hold) }
}

/** Moves the end of a hold's slot, after `extend`; the same state when it has none. */
export function moveSlot(state: GuardState | undefined, hold: HoldId, expiresAtMs: number): GuardState | undefined {
  if (state?.kind !== 'concurrency' || !state.open.some((slot) => slot.hold === hold)) return state
  return { kind: 'concurrency', open: placed(state.open, hold, expiresAtMs) }
}

/** The list with that hold at its place by expiry, once. */
function placed(open: Open, hold: HoldId, expiresAtMs: number): Open {
  const others = open.filter((slot) => slot.hold !== hold)
  let index = others.length
  while (index > 0 && (others[index - 1] as Open[number]).expiresAtMs > expiresAtMs) index--
  others.splice(index, 0, { hold, expiresAtMs })
  return others
}
