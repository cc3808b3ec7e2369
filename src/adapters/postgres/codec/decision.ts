import { assert } from '../../../core/shared/assert.ts'
import type { Decision, Denial, FundingLine, Step, WayOn, WindowView } from '../../../core/waterfall/decision.ts'
import type { Seen } from '../../../core/waterfall/effects.ts'
import type { AccessRequest } from '../../../core/waterfall/request.ts'
import type { DecisionRecord } from '../../../ports/customer-state.ts'
import { decodeHold, encodeHold } from './hold.ts'
import { fromUuid } from './ids.ts'
import { decodePrice, encodePrice, readText } from './price.ts'
import { decodeState, decodeSubject, encodeState, encodeSubject } from './state.ts'
import {
  amountOrNull,
  amountText,
  list,
  type Parsed,
  quote,
  quoteOrNull,
  readAmount,
  readRecord,
  record,
} from './text.ts'

/** A row of `decision` as the driver gives it. */
export interface DecisionRow {
  customer_id: string
  id: string
  version: string
  recorded_at: Date
  outcome: Decision['outcome']
  feature: string
  subject: string | null
  cost: string
  granted: string
  policy_version: number
  status: number
  request: string
  seen: string
  trace: string
  answer: string
}

export const DECISION_COLUMNS =
  'customer_id, id, version, recorded_at, outcome, feature, subject, cost, granted, policy_version, status, request, seen, trace, answer'

export function decodeDecision(row: DecisionRow): DecisionRecord {
  const customer = fromUuid('cus', row.customer_id)
  const [load, behaviour, funding, hold, denial, windows, trace] = JSON.parse(row.trace) as Parsed
  const decision: Decision = {
    id: fromUuid('dec', row.id),
    customer,
    atMs: row.recorded_at.getTime(),
    outcome: row.outcome,
    cost: BigInt(row.cost),
    granted: BigInt(row.granted),
    funding: funding.map(readFunding),
    hold: hold === null ? null : { id: hold[0], expiresAtMs: hold[1] },
    denial: denial === null ? null : readDenial(denial),
    windows: windows.map(readWindow),
    policyVersion: row.policy_version,
    stateVersion: Number(row.version),
    trace: trace.map(readStep),
  }
  return {
    decision,
    request: readRequest(row, customer),
    factors: { load, behaviour },
    seen: decodeSeen(customer, row.seen),
  }
}

/** Column `request`: what the other columns do not say. */
export const encodeRequest = (r: AccessRequest): string =>
  `[${quoteOrNull(r.task)},${encodePrice(r.price)},${record(r.attributes, quote)},${r.mode.kind === 'consume' ? '0' : `[${r.mode.ttlMs}]`},${r.acceptPartial === null ? 'null' : `"${r.acceptPartial.minimum}"`},${r.includedOnly},${amountOrNull(r.maxCredits)},${amountOrNull(r.consented)}]`

function readRequest(row: DecisionRow, customer: string): AccessRequest {
  const [task, price, attributes, mode, minimum, includedOnly, maxCredits, consented] = JSON.parse(
    row.request,
  ) as Parsed
  return {
    customer,
    subject: row.subject,
    task,
    feature: row.feature,
    price: decodePrice(price),
    attributes: readRecord(attributes, readText),
    mode: mode === 0 ? { kind: 'consume' } : { kind: 'authorize', ttlMs: mode[0] },
    acceptPartial: minimum === null ? null : { minimum: BigInt(minimum) },
    includedOnly,
    maxCredits: readAmount(maxCredits),
    consented: readAmount(consented),
  }
}

/** Column `seen`: the state's text; with the few subjects and holds that were looked at, when there were any. */
export function encodeSeen({ state, subjects, openHolds }: Seen, stateText = encodeState(state)): string {
  if (subjects.length === 0 && openHolds.length === 0) return stateText
  const rows = list(subjects, (row) => `${quote(row.subject)},${encodeSubject(row)}`)
  return `{"state":${stateText},"subjects":${rows},"holds":${list(openHolds, (hold) => `${quote(hold.id)},${encodeHold(hold)}`)}}`
}

function decodeSeen(customer: string, text: string): Seen {
  if (text.startsWith('[')) return { state: decodeState(customer, text), subjects: [], openHolds: [] }
  const parsed = JSON.parse(text) as Parsed
  const pairs = (flat: Parsed) =>
    Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] as string, JSON.stringify(flat[2 * i + 1])] as const)
  return {
    state: decodeState(customer, JSON.stringify(parsed.state)),
    subjects: pairs(parsed.subjects).map(([name, row]) => decodeSubject(name, row)),
    openHolds: pairs(parsed.holds).map(([id, hold]) => decodeHold(customer, id, hold)),
  }
}

/** Column `trace`: factors, funding, hold, denial, windows, steps. What follows from the rest of an item is left out. */
export const encodeTrace = ({ decision: d, factors }: DecisionRecord): string =>
  `[${factors.load},${factors.behaviour},${list(d.funding, fundingText)},${d.hold === null ? 'null' : `[${quote(d.hold.id)},${d.hold.expiresAtMs}]`},${d.denial === null ? 'null' : denialText(d.denial)},${list(d.windows, windowText)},${list(d.trace, stepText)}]`

function fundingText({ layer, source, amount, before, after, resetsAtMs, expiresAtMs }: FundingLine): string {
  const rest = after === before - amount ? '' : `,${amountText(after)}`
  return `[${quote(layer)},${quote(source)},${amountText(amount)},${amountText(before)},${resetsAtMs},${expiresAtMs}${rest}]`
}

function readFunding([layer, source, amount, before, resetsAtMs, expiresAtMs, after]: Parsed): FundingLine {
  const moved = { layer, source, amount: BigInt(amount), before: BigInt(before) }
  return { ...moved, after: after === undefined ? moved.before - moved.amount : BigInt(after), resetsAtMs, expiresAtMs }
}

function windowText({ id, limit, used, remaining, resetsAtMs }: WindowView): string {
  const rest = remaining === limit - used ? '' : `,${amountText(remaining)}`
  return `[${quote(id)},${amountText(limit)},${amountText(used)},${resetsAtMs}${rest}]`
}

function readWindow([id, limit, used, resetsAtMs, remaining]: Parsed): WindowView {
  const seen = { id, limit: BigInt(limit), used: BigInt(used) }
  return { ...seen, remaining: remaining === undefined ? seen.limit - seen.used : BigInt(remaining), resetsAtMs }
}

const STEPS: Readonly<Record<Step['step'], string>> = {
  gate: 'g',
  guard: 'u',
  included: 'i',
  grant: 'r',
  credits: 'c',
  cap: 'k',
  outcome: 'o',
}
const VERDICTS: Readonly<Record<Step['verdict'], string>> = { passed: 'p', took: 't', skipped: 's', denied: 'd' }
const STEP_OF = inverse(STEPS)
const VERDICT_OF = inverse(VERDICTS)

function inverse<K extends string>(codes: Readonly<Record<K, string>>): Readonly<Record<string, K>> {
  return Object.fromEntries(Object.entries<string>(codes).map(([name, code]) => [code, name as K]))
}

/** Step and verdict as two letters; a source that is called like its step, and what is null at the end, are left out. */
function stepText({ step, source, verdict, limit, found, took, why }: Step): string {
  const head = `["${STEPS[step]}${VERDICTS[verdict]}",${source === step ? 'null' : quote(source)}`
  if (why !== null) return `${head},${amountOrNull(limit)},${amountOrNull(found)},${amountOrNull(took)},${quote(why)}]`
  if (limit === null && found === null && took === null) return `${head}]`
  return `${head},${amountOrNull(limit)},${amountOrNull(found)},${amountOrNull(took)}]`
}

function readStep([codes, source, limit = null, found = null, took = null, why = null]: Parsed): Step {
  const step = STEP_OF[codes[0]]
  const verdict = VERDICT_OF[codes[1]]
  assert(step !== undefined && verdict !== undefined, `no step of a trace: ${codes}`)
  return {
    step,
    source: source ?? step,
    verdict,
    limit: readAmount(limit),
    found: readAmount(found),
    took: readAmount(took),
    why,
  }
}

/** Ways on are rare and of many shapes: plain JSON, with amounts marked so that they come back as bigint. */
const denialText = (d: Denial): string =>
  `[${quote(d.reason)},${quote(d.layer)},${quoteOrNull(d.source)},${d.retryable},${d.retryAtMs},${JSON.stringify(d.waysOn, markAmount)}]`

const readDenial = ([reason, layer, source, retryable, retryAtMs, waysOn]: Parsed): Denial => ({
  reason,
  layer,
  source,
  retryable,
  retryAtMs,
  waysOn: waysOn.map((way: Parsed): WayOn => unmarkAmounts(way)),
})

const markAmount = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? { $: value.toString() } : value)

const unmarkAmounts = (way: Parsed): Parsed =>
  Object.fromEntries(
    Object.entries(way).map(([key, value]: [string, Parsed]) => [
      key,
      value?.$ === undefined ? value : BigInt(value.$),
    ]),
  )
