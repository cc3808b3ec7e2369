import { credits, creditsPhrase, units } from '../format/amount.ts'
import { duration } from '../format/time.ts'
import { windowKind } from '../format/words.ts'
import type { Outputs } from '../trpc/client.tsx'

export type Limits = Outputs['limits']['overview']
export type Limit = Limits['windows'][number]
export type LimitRequest = Limits['requests'][number]

/** What a limit counts, in the plural: "credits", "requests", "jobs", "tokens". */
export function unitOf({ rule }: Pick<Limit, 'rule'>): string {
  if (rule.kind !== 'guard') return 'credits'
  if (rule.counts === 'requests') return 'requests'
  return rule.counts === 'holds' ? 'jobs' : `${rule.counts.unit}s`
}

/** Digits without the unit: credits exactly, other things in whole units. */
export const figureOf = (limit: Pick<Limit, 'rule'>, value: bigint): string =>
  limit.rule.kind === 'guard' ? units(value) : credits(value)

/** "2.5 credits", "1 request", "12,000 tokens". */
export function amountOf(limit: Pick<Limit, 'rule'>, value: bigint): string {
  if (limit.rule.kind !== 'guard') return creditsPhrase(value)
  const many = unitOf(limit)
  return `${units(value)} ${value === 1n ? many.slice(0, -1) : many}`
}

/** A request keeps only the kind of its target: what a guard counts is looked up, and else left unsaid. */
export function askedAmount(request: Pick<LimitRequest, 'target'>, limits: Limits, value: bigint): string {
  if (request.target.kind !== 'guard') return creditsPhrase(value)
  const guard = limits.guards.find(({ target }) => target.id === request.target.id)
  return guard === undefined ? units(value) : amountOf(guard, value)
}

const PERIOD = { day: 'a day', week: 'a week', month: 'a month', ever: 'ever' } as const

/** What the limit promises, in one sentence. */
export function sentenceOf(limit: Limit): string {
  const { rule } = limit
  const most = amountOf(limit, limit.limit)
  const of = limit.features === null ? '' : ` of ${limit.features.join(' and ')}`
  switch (rule.kind) {
    case 'window':
      return `${windowKind(rule.window)}; counts ${limit.features?.join(' and ') ?? 'every feature of your tier'}.`
    case 'cap':
      return `At most ${most} that you bought ${PERIOD[rule.period]}, ${capOf(rule)}.`
    case 'guard':
      return `${GUARD[rule.guard](most + of, duration(rule.lengthMs ?? 0))}${EACH[rule.each]}${rule.paidOnly ? '; for what credits pay, once the limit above is reached' : ''}.`
  }
}

const GUARD = {
  burst: (most: string, length: string) => `At most ${most} at once; all of it is free again after ${length}`,
  sliding: (most: string, length: string) => `At most ${most} in any stretch of ${length}`,
  concurrency: (most: string) => `At most ${most} running at the same time`,
} as const
const EACH = {
  customer: '',
  subject: ', each member or key on its own',
  feature: ', each feature on its own',
} as const

function capOf({ scope, subject }: Extract<Limit['rule'], { kind: 'cap' }>): string {
  if (scope === 'customer') return 'everybody together'
  if (subject !== null) return `for ${subject}`
  return scope === 'task' ? 'each task on its own' : 'each member or key on its own'
}
