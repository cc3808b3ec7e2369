import { unreachable } from '../../core/shared/assert.ts'
import type { Decision, Denial, FundingLine, WayOn, WindowView } from '../../core/waterfall/decision.ts'
import { customerSentence, type TitleOf, wayOnSentence } from '../../core/waterfall/explain.ts'
import type { Reply } from '../../ports/customer-state.ts'
import { DENIAL_PROBLEMS } from './denial-problem.ts'
import { instantText } from './instant-text.ts'

export interface AnswerOptions {
  /** The decision that the caller can read; another one's for a denial that was counted onto it, null for a dry run. */
  readonly id: string | null
  /** Redeems the consent that a denial asks for. */
  readonly consentToken: string | null
  /** What the customer's pages call a source. Absent: its id, where the wording does not matter. */
  readonly titleOf?: TitleOf
}

/**
 * The answer as it is stored and sent: amounts are decimal strings of micro-credits, times RFC 3339. Written out by hand,
 * since its shape is fixed and it is made for every decision; only texts that somebody chose can need an escape.
 */
export function renderAnswer(decision: Decision, { id, consentToken, titleOf }: AnswerOptions): Reply {
  const { denial } = decision
  if (denial === null) return { status: 200, body: `{${allowedMembers(decision, id)}}` }
  const problem = DENIAL_PROBLEMS[denial.reason]
  const { status, type, title } = problem
  const head = {
    type,
    title,
    status,
    detail: detailOf(decision, denial, titleOf),
    instance: id === null ? null : urlOf(id),
  }
  const quota = type.endsWith('#quota-exceeded') && denial.source !== null
  const violated = quota ? `"violated-policies":[${quoted(denial.source)}],` : ''
  const members = `${JSON.stringify(head).slice(0, -1)},${violated}${deniedMembers(decision, denial, { id, consentToken })}`
  return { status, body: `${members}}` }
}

/** The body for a decision that was not denied. Kept answers are made again by it: its bytes must never change. */
export const answerOfDecision = (decision: Decision): string =>
  renderAnswer(decision, { id: decision.id, consentToken: null }).body

export const urlOf = (decision: string): string => `/api/v1/decisions/${decision}`

const NO_DENIAL = '"reason":null,"layer":null,"source":null,"retryable":false,"retryAt":null,"waysOn":[]'

const allowedMembers = (decision: Decision, id: string | null): string =>
  `${opening(decision, id)}${NO_DENIAL}${closing(decision, id)}`

function deniedMembers(
  decision: Decision,
  { reason, layer, source, retryable, retryAtMs, waysOn }: Denial,
  { id, consentToken }: AnswerOptions,
): string {
  const ways = JSON.stringify(waysOn.map((way) => wayOn(way, consentToken)))
  const denied = `"reason":"${reason}","layer":"${layer}","source":${source === null ? 'null' : quoted(source)}`
  const retry = `"retryable":${retryable},"retryAt":${instantMember(retryAtMs)},"waysOn":${ways}`
  return `${opening(decision, id)}${denied},${retry}${closing(decision, id)}`
}

function opening({ outcome, cost, granted, funding, hold }: Decision, id: string | null): string {
  const amounts = `"outcome":"${outcome}","cost":"${cost}","granted":"${granted}","funding":${fundingText(funding)}`
  const held = hold === null ? 'null' : `{"id":"${hold.id}","expiresAt":"${instantText(hold.expiresAtMs)}"}`
  return `"id":${id === null ? 'null' : `"${id}"`},${amounts},"hold":${held},`
}

function closing({ windows, policyVersion, stateVersion }: Decision, id: string | null): string {
  const versions = `"policyVersion":${policyVersion},"stateVersion":"${stateVersion}"`
  const url = id === null ? '"explainUrl":null,"dryRun":true' : `"explainUrl":"${urlOf(id)}"`
  return `,"windows":${windowsText(windows)},${versions},${url}`
}

/** Which source paid how much, as JSON. */
export function fundingText(lines: readonly FundingLine[]): string {
  let text = ''
  for (const { layer, source, amount, before, after, resetsAtMs, expiresAtMs } of lines) {
    const moved = `"amount":"${amount}","before":"${before}","after":"${after}"`
    const until =
      layer === 'included' ? `"resetsAt":${instantMember(resetsAtMs)}` : `"expiresAt":${instantMember(expiresAtMs)}`
    text += `${text === '' ? '' : ','}{"layer":"${layer}","source":${quoted(source)},${moved},${until}}`
  }
  return `[${text}]`
}

function windowsText(windows: readonly WindowView[]): string {
  let text = ''
  for (const { id, limit, used, remaining, resetsAtMs } of windows) {
    const amounts = `"limit":"${limit}","used":"${used}","remaining":"${remaining}"`
    text += `${text === '' ? '' : ','}{"id":${quoted(id)},${amounts},"resetsAt":${instantMember(resetsAtMs)}}`
  }
  return `[${text}]`
}

const instantMember = (atMs: number | null): string => (atMs === null ? 'null' : `"${instantText(atMs)}"`)

const PLAIN = /^[\w .:-]*$/
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

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

export const instant = (atMs: number): string => instantText(atMs)
export const instantOrNull = (atMs: number | null): string | null => (atMs === null ? null : instant(atMs))
