import { unreachable } from '../../core/shared/assert.ts'
import type { Decision, Denial, FundingLine, WayOn, WindowView } from '../../core/waterfall/decision.ts'
import { customerSentence, type TitleOf, wayOnSentence } from '../../core/waterfall/explain.ts'
import type { Reply } from '../../ports/customer-state.ts'
import { DENIAL_PROBLEMS } from './denial-problem.ts'

export interface AnswerOptions {
  /** The decision that the caller can read; another one's for a denial that was counted onto it, null for a dry run. */
  readonly id: string | null
  /** Redeems the consent that a denial asks for. */
  readonly consentToken: string | null
  /** What the customer's pages call a source. Absent: its id, where the wording does not matter. */
  readonly titleOf?: TitleOf
}

/** The answer as it is stored and sent: amounts are decimal strings of micro-credits, times RFC 3339. */
export function renderAnswer(decision: Decision, { id, consentToken, titleOf }: AnswerOptions): Reply {
  const { denial } = decision
  if (denial === null) return { status: 200, body: JSON.stringify(membersOf(decision, id, null)) }
  const problem = DENIAL_PROBLEMS[denial.reason]
  const body = {
    type: problem.type,
    title: problem.title,
    status: problem.status,
    detail: detailOf(decision, denial, titleOf),
    instance: id === null ? null : urlOf(id),
    ...(problem.type.endsWith('#quota-exceeded') && denial.source !== null
      ? { 'violated-policies': [denial.source] }
      : {}),
    ...membersOf(decision, id, consentToken),
  }
  return { status: problem.status, body: JSON.stringify(body) }
}

export const urlOf = (decision: string): string => `/api/v1/decisions/${decision}`

function membersOf(decision: Decision, id: string | null, consentToken: string | null) {
  const { denial, hold } = decision
  return {
    id,
    outcome: decision.outcome,
    cost: `${decision.cost}`,
    granted: `${decision.granted}`,
    funding: decision.funding.map(fundingLine),
    hold: hold === null ? null : { id: hold.id, expiresAt: instant(hold.expiresAtMs) },
    reason: denial === null ? null : denial.reason,
    layer: denial === null ? null : denial.layer,
    source: denial === null ? null : denial.source,
    retryable: denial === null ? false : denial.retryable,
    retryAt: denial === null ? null : instantOrNull(denial.retryAtMs),
    waysOn: denial === null ? [] : denial.waysOn.map((way) => wayOn(way, consentToken)),
    windows: decision.windows.map(windowMember),
    policyVersion: decision.policyVersion,
    stateVersion: `${decision.stateVersion}`,
    explainUrl: id === null ? null : urlOf(id),
    ...(id === null ? { dryRun: true } : {}),
  }
}

export function fundingLine(line: FundingLine) {
  const { layer, source } = line
  const moved = { layer, source, amount: `${line.amount}`, before: `${line.before}`, after: `${line.after}` }
  if (layer === 'included') return { ...moved, resetsAt: instantOrNull(line.resetsAtMs) }
  return { ...moved, expiresAt: instantOrNull(line.expiresAtMs) }
}

function windowMember(window: WindowView) {
  const { id, limit, used, remaining, resetsAtMs } = window
  return { id, limit: `${limit}`, used: `${used}`, remaining: `${remaining}`, resetsAt: instantOrNull(resetsAtMs) }
}

function wayOn(way: WayOn, consentToken: string | null) {
  const price = way.microCredits === null ? null : `${way.microCredits}`
  switch (way.kind) {
    case 'wait':
      return { kind: way.kind, until: instant(way.untilMs), microCredits: price }
    case 'smaller':
    case 'credits':
      return { kind: way.kind, amount: `${way.amount}`, microCredits: price }
    case 'consent':
      return { kind: way.kind, microCredits: price, token: consentToken }
    case 'raise_cap':
      return { kind: way.kind, cap: way.cap, by: `${way.by}`, microCredits: price }
    case 'contact':
      return { kind: way.kind, who: way.who, microCredits: price }
    default:
      return unreachable(way)
  }
}

/** Ways on that a sentence names; the answer lists all. */
const NAMED_WAYS = 2

function detailOf(decision: Decision, denial: Denial, titleOf: TitleOf | undefined): string {
  const others = denial.waysOn.filter((way) => way.kind !== 'wait').slice(0, NAMED_WAYS)
  return [customerSentence(decision, titleOf), ...others.map((way) => wayOnSentence(way, titleOf))].join(' ')
}

export const instant = (atMs: number): string => new Date(atMs).toISOString()
export const instantOrNull = (atMs: number | null): string | null => (atMs === null ? null : instant(atMs))
