import { limitOf } from '../../core/policy/override.ts'
import type { Guard, Tier } from '../../core/policy/policy.ts'
import type { CustomerState, Override } from '../../core/waterfall/state.ts'

export type LimitTarget = Override['target']

/** A limit of a customer's tier: how it is called, and what is in force of it. Micro-credits, or a guard's units. */
export interface NamedLimit {
  readonly title: string
  readonly limit: bigint
  readonly tierLimit: bigint
}

/** Ids are all that guards and caps have: `requests_per_minute` is read as "Requests per minute". */
export function titleOfId(id: string): string {
  const words = id.replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

export const writtenLimit = (guard: Guard): bigint => BigInt(guard.kind === 'burst' ? guard.burst : guard.limit)

/** The limit that a target names; null: this tier has none of that kind and id. */
export function limitOfTarget(tier: Tier, state: CustomerState, target: LimitTarget, atMs: number): NamedLimit | null {
  const found = writtenIn(tier, target)
  if (found === null) return null
  const { title, limit } = found
  return { title, tierLimit: limit, limit: limitOf(state.profile, target, limit, atMs) }
}

function writtenIn(tier: Tier, { kind, id }: LimitTarget): { title: string; limit: bigint } | null {
  switch (kind) {
    case 'window': {
      const window = tier.windows.find((one) => one.id === id)
      return window === undefined ? null : { title: window.title, limit: window.limit }
    }
    case 'guard': {
      const guard = tier.guards.find((one) => one.id === id)
      return guard === undefined ? null : { title: titleOfId(id), limit: writtenLimit(guard) }
    }
    case 'cap': {
      const cap = tier.caps.find((one) => one.id === id)
      return cap === undefined ? null : { title: titleOfId(id), limit: cap.limit }
    }
  }
}
