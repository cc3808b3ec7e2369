import { formatCredits, type MicroCredits } from '../shared/amount.ts'
import { unreachable } from '../shared/assert.ts'
import type { Decision, FundingLine, Reason, Step, WayOn } from './decision.ts'

/** How a source is called on a page; the id itself when nobody knows better. */
export type TitleOf = (source: string) => string
const asIs: TitleOf = (source) => source

/** The decision in one sentence: the same words in API, portal, mail and case file. */
export function customerSentence(decision: Decision, titleOf: TitleOf = asIs): string {
  const { outcome, cost, granted, funding, denial } = decision
  if (denial !== null)
    return `${reasonSentence(denial.reason, denial.source, titleOf)} ${waitSentence(denial.retryAtMs)}`.trim()
  if (cost === 0n) return 'Allowed: this request costs nothing.'
  const [only] = funding
  if (outcome === 'allowed' && only !== undefined && funding.length === 1) {
    return `Allowed: ${credits(cost)} from ${sourceName(only, titleOf)}.`
  }
  const sources = listed(funding.map((line) => `${credits(line.amount)} from ${sourceName(line, titleOf)}`))
  const so =
    outcome === 'partial' ? `Allowed in part: ${credits(granted)} of ${credits(cost)}` : `Allowed: ${credits(cost)}`
  return `${so}, ${sources}.`
}

/** One sentence per step of the trace, in the order in which they were tried. */
export function explain(decision: Decision, titleOf: TitleOf = asIs): readonly string[] {
  return decision.trace.map((step) => stepSentence(step, decision, titleOf))
}

function stepSentence(step: Step, decision: Decision, titleOf: TitleOf): string {
  switch (step.step) {
    case 'gate':
      return step.verdict === 'passed'
        ? 'The customer is active and may use the feature.'
        : reasonSentence(decision.denial!.reason, decision.denial!.source, titleOf)
    case 'guard': {
      const room = `${step.found} of ${step.limit} left, ${step.took} asked`
      return step.verdict === 'passed'
        ? `Guard ${titleOf(step.source)} let it pass: ${room}.`
        : `Guard ${titleOf(step.source)} refused: ${room}.`
    }
    case 'included':
    case 'grant':
    case 'credits':
      return sourceSentence(step, titleOf)
    case 'cap':
      return `Spend cap ${titleOf(step.source)}: ${credits(step.found ?? 0n)} of ${credits(step.limit ?? 0n)} left.`
    case 'outcome':
      return outcomeSentence(step, decision)
    default:
      return unreachable(step.step)
  }
}

function sourceSentence(step: Step, titleOf: TitleOf): string {
  const name = titleOf(step.source)
  const left = `${credits(step.found ?? 0n)} left`
  if (step.verdict === 'took') return `${name}: ${left}, ${credits(step.took ?? 0n)} taken.`
  if (step.why === 'would_cover') return `${name}: ${left}, would have covered ${credits(step.took ?? 0n)}.`
  return `${name}: ${left}, skipped because ${SKIPPED[step.why ?? ''] ?? step.why}.`
}

const SKIPPED: Readonly<Record<string, string>> = {
  not_needed: 'earlier layers covered everything',
  used_up: 'it is used up',
  bound_by_other: 'another window that counts the same use is used up',
  not_yet_effective: 'it is not effective yet',
  expired: 'it has expired',
  other_features: 'it is for other features',
  bounded: 'consent, a cap or the request itself allows no more',
  cap_reached: 'a spend cap is reached',
  not_consented: 'drawing it was not agreed to',
}

function outcomeSentence(step: Step, decision: Decision): string {
  const cost = credits(step.limit ?? 0n)
  if (step.verdict !== 'denied')
    return decision.outcome === 'partial'
      ? `Decided: ${credits(step.found ?? 0n)} of ${cost} covered, which the request accepts.`
      : `Decided: ${cost} covered.`
  return step.found === null
    ? 'Decided: denied before any layer was asked.'
    : `Decided: denied, ${credits(step.found)} of ${cost} could be covered.`
}

export function reasonSentence(reason: Reason, source: string | null, titleOf: TitleOf = asIs): string {
  const named = source === null ? '' : ` (${titleOf(source)})`
  switch (reason) {
    case 'customer_suspended':
      return 'This customer is not active.'
    case 'feature_disabled':
      return `This feature is switched off at the moment${named}.`
    case 'feature_not_entitled':
      return `Your tier does not include this feature${named}.`
    case 'burst_exceeded':
      return `Too many requests at once${named}.`
    case 'rate_exceeded':
      return `Too much within the last minutes${named}.`
    case 'concurrency_exceeded':
      return `Too many jobs are running at the same time${named}.`
    case 'reduced_capacity':
      return `Capacity is reduced for everyone at the moment${named}.`
    case 'abnormal_usage':
      return `Limits are tighter for you at the moment because of unusual use${named}.`
    case 'included_exhausted':
      return `Your included use is used up${named}.`
    case 'consent_required':
      return 'Your included use is used up, and drawing credits needs your consent.'
    case 'credits_insufficient':
      return 'Your included use is used up and there are not enough credits.'
    case 'spend_cap_reached':
      return `A spend cap is reached${named}.`
    case 'max_credits_reached':
      return 'This request needs more credits than it said it may draw.'
    default:
      return unreachable(reason)
  }
}

/** A way on as the person reads it. */
export function wayOnSentence(way: WayOn, titleOf: TitleOf = asIs): string {
  switch (way.kind) {
    case 'wait':
      return `Wait until ${instant(way.untilMs)}: free.`
    case 'smaller':
      return `Ask for at most ${credits(way.amount)} now${way.microCredits === null ? ': free' : `: draws ${credits(way.microCredits)} bought`}.`
    case 'credits':
      return `Add ${credits(way.amount)}.`
    case 'consent':
      return `Agree to draw ${credits(way.microCredits)} that you bought.`
    case 'raise_cap':
      return `Raise the cap ${titleOf(way.cap)} by ${credits(way.by)}; the request then draws ${credits(way.microCredits)} bought.`
    case 'contact':
      return way.who === 'owner' ? 'Ask your owner for a tier that includes it.' : 'Contact support.'
    default:
      return unreachable(way)
  }
}

const waitSentence = (retryAtMs: number | null): string =>
  retryAtMs === null ? 'Waiting alone does not help.' : `It passes again at ${instant(retryAtMs)}.`

const credits = (amount: MicroCredits): string =>
  `${formatCredits(amount)} ${amount === 1_000_000n ? 'credit' : 'credits'}`

const instant = (atMs: number): string => `${new Date(atMs).toISOString().replace('T', ' ').slice(0, 19)} UTC`

function sourceName(line: FundingLine, titleOf: TitleOf): string {
  if (line.layer === 'included') {
    const title = titleOf(line.source)
    return /window/i.test(title) ? `your ${title}` : `your included window ${title}`
  }
  return line.layer === 'credits' ? 'bought credits' : `your ${line.layer}`
}

function listed(parts: readonly string[]): string {
  return parts.length <= 1 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
