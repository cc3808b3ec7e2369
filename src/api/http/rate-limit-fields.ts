import type { Period, Policy } from '../../core/policy/policy.ts'
import type { Standing } from '../../services/decision/standing.ts'

/** Largest integer of structured fields (RFC 9651); a limit above it is shown as this. */
const LARGEST = '999999999999999'
const MONTH_SECONDS = 2_592_000
const CALENDAR_SECONDS = { day: 86_400, week: 604_800, month: MONTH_SECONDS } as const

/** Longest extra wait, and its share of the wait: callers who wait for one reset come back spread over it. */
const JITTER_SECONDS = 30
const JITTER_SHARE = 10

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10) for the included windows of an answer, and
 * `Retry-After` exactly when waiting helps. Units are micro-credits of cost.
 */
export function rateLimitFields(
  standing: Standing,
  at: { nowMs: number; policy: Policy | undefined; key: string },
): readonly string[] {
  let policies = ''
  let limits = ''
  for (const { id, limit, remaining, resetsAtMs } of standing.windows) {
    const { name, length } = fragmentsOf(at.policy, id)
    const between = policies === '' ? '' : ', '
    policies += `${between}${name};q=${bounded(limit)}${length};qu="micro-credits"`
    limits += `${between}${name};r=${bounded(remaining)}${resetsAtMs === null ? '' : `;t=${secondsUntil(resetsAtMs, at.nowMs)}`}`
  }
  const again = retryAfterField(standing, at)
  return policies === '' ? again : ['RateLimit-Policy', policies, 'RateLimit', limits, ...again]
}

/** `Retry-After` exactly when waiting helps. */
export function retryAfterField(standing: Standing, at: { nowMs: number; key: string }): readonly string[] {
  return standing.retryAtMs === null ? NO_FIELDS : ['Retry-After', `${retryAfter(standing.retryAtMs, at)}`]
}

const NO_FIELDS: readonly string[] = []

/** Whole seconds, rounded up, plus a part of a tenth of the wait that the caller's key fixes. */
export function retryAfter(retryAtMs: number, at: { nowMs: number; key: string }): number {
  const wait = Math.max(1, secondsUntil(retryAtMs, at.nowMs))
  const spread = Math.min(JITTER_SECONDS, Math.floor(wait / JITTER_SHARE))
  return wait + (spread === 0 ? 0 : spreadOf(at.key) % (spread + 1))
}

const secondsUntil = (atMs: number, nowMs: number): number => Math.max(0, Math.ceil((atMs - nowMs) / 1000))

const bounded = (amount: string): string => (amount.length > LARGEST.length ? LARGEST : amount)

/** FNV-1a, 32 bits: the same key waits the same time at every retry and on every process. */
function spreadOf(key: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** What the fields say of a window whatever its standing: its name quoted, and its length. */
interface Fragments {
  readonly name: string
  readonly length: string
}

const fragments = new WeakMap<Policy, Map<string, Fragments>>()

function fragmentsOf(policy: Policy | undefined, id: string): Fragments {
  if (policy === undefined) return fragmentsFor(id, null)
  let known = fragments.get(policy)
  if (known === undefined) {
    known = new Map([...lengthsOf(policy)].map(([window, seconds]) => [window, fragmentsFor(window, seconds)]))
    fragments.set(policy, known)
  }
  return known.get(id) ?? fragmentsFor(id, null)
}

const fragmentsFor = (id: string, seconds: number | null): Fragments => ({
  name: `"${id.replace(/["\\]/g, '\\$&')}"`,
  length: seconds === null ? '' : `;w=${seconds}`,
})

/** Length of each window, when every tier that has it agrees; months count 30 days. */
function lengthsOf(policy: Policy): Map<string, number | null> {
  const found = new Map<string, number | null>()
  for (const tier of policy.tiers.values()) {
    for (const window of tier.windows) {
      const seconds = window.kind === 'sliding' ? Math.ceil(window.lengthMs / 1000) : periodSeconds(window.period)
      const before = found.get(window.id)
      found.set(window.id, before === undefined || before === seconds ? seconds : null)
    }
  }
  return found
}

function periodSeconds(period: Period): number {
  switch (period.kind) {
    case 'first_use':
    case 'anchored_length':
      return Math.ceil(period.lengthMs / 1000)
    case 'anchored_months':
      return period.months * MONTH_SECONDS
    case 'calendar':
      return CALENDAR_SECONDS[period.unit]
  }
}
