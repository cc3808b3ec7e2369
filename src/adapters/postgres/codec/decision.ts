import { assert } from '../../../core/shared/assert.ts'
import type { Decision, Denial, FundingLine, Step, WayOn, WindowView } from '../../../core/waterfall/decision.ts'
import type { Hold } from '../../../core/hold/hold.ts'
import type { Seen } from '../../../core/waterfall/effects.ts'
import type { AccessRequest } from '../../../core/waterfall/request.ts'
import type { SubjectState } from '../../../core/waterfall/state.ts'
import type { DecisionRecord } from '../../../ports/customer-state.ts'
import { decodeHold, writeHold } from './hold.ts'
import { fromUuid } from './ids.ts'
import { type JsonWriter, jsonText, writeText } from '../json-writer.ts'
import { decodePrice, readText, writePrice } from './price.ts'
import { decodeState, decodeSubject, writeState, writeSubject } from './state.ts'
import { type Parsed, readAmount, readRecord } from './text.ts'

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
export function writeRequest(to: JsonWriter, r: AccessRequest): void {
  to.raw('[').quoteOrNull(r.task).comma()
  writePrice(to, r.price)
  to.comma().record(r.attributes, writeText).comma()
  if (r.mode.kind === 'consume') to.raw('0,')
  else to.raw('[').numberOrNull(r.mode.ttlMs).raw('],')
  to.raw(r.acceptPartial === null ? 'null,' : `"${r.acceptPartial.minimum}",`).raw(r.includedOnly ? 'true,' : 'false,')
  to.amountOrNull(r.maxCredits).comma().amountOrNull(r.consented).raw(']')
}

export const encodeRequest = (request: AccessRequest): string => jsonText(request, writeRequest)

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
export function writeSeen(to: JsonWriter, { state, subjects, openHolds }: Seen, stateText: Buffer | null): void {
  const alone = subjects.length === 0 && openHolds.length === 0
  if (!alone) to.raw('{"state":')
  if (stateText === null) writeState(to, state)
  else to.bytes(stateText)
  if (alone) return
  to.raw(',"subjects":').list(subjects, writeSeenSubject).raw(',"holds":').list(openHolds, writeSeenHold).raw('}')
}

export const encodeSeen = (seen: Seen): string => jsonText(seen, (to, one) => writeSeen(to, one, null))

function writeSeenSubject(to: JsonWriter, row: SubjectState): void {
  to.quote(row.subject).comma()
  writeSubject(to, row)
}

function writeSeenHold(to: JsonWriter, hold: Hold): void {
  to.quote(hold.id).comma()
  writeHold(to, hold)
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
export function writeTrace(to: JsonWriter, { decision: d, factors }: DecisionRecord): void {
  to.raw('[').number(factors.load).comma().number(factors.behaviour).comma().list(d.funding, writeFunding).comma()
  if (d.hold === null) to.raw('null,')
  else to.raw('[').quote(d.hold.id).comma().number(d.hold.expiresAtMs).raw('],')
  if (d.denial === null) to.raw('null,')
  else {
    writeDenial(to, d.denial)
    to.comma()
  }
  to.list(d.windows, writeWindow).comma().list(d.trace, writeStep).raw(']')
}

export const encodeTrace = (record: DecisionRecord): string => jsonText(record, writeTrace)

function writeFunding(
  to: JsonWriter,
  { layer, source, amount, before, after, resetsAtMs, expiresAtMs }: FundingLine,
): void {
  to.raw('[').quote(layer).comma().quote(source).comma().amount(amount).comma().amount(before)
  to.comma().numberOrNull(resetsAtMs).comma().numberOrNull(expiresAtMs)
  if (after !== before - amount) to.comma().amount(after)
  to.raw(']')
}

function readFunding([layer, source, amount, before, resetsAtMs, expiresAtMs, after]: Parsed): FundingLine {
  const moved = { layer, source, amount: BigInt(amount), before: BigInt(before) }
  return { ...moved, after: after === undefined ? moved.before - moved.amount : BigInt(after), resetsAtMs, expiresAtMs }
}

function writeWindow(to: JsonWriter, { id, limit, used, remaining, resetsAtMs }: WindowView): void {
  to.raw('[').quote(id).comma().amount(limit).comma().amount(used).comma().numberOrNull(resetsAtMs)
  if (remaining !== limit - used) to.comma().amount(remaining)
  to.raw(']')
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
function writeStep(to: JsonWriter, { step, source, verdict, limit, found, took, why }: Step): void {
  to.raw('["').raw(STEPS[step]).raw(VERDICTS[verdict]).raw('",')
  if (source === step) to.raw('null')
  else to.quote(source)
  if (why !== null || limit !== null || found !== null || took !== null)
    to.comma().amountOrNull(limit).comma().amountOrNull(found).comma().amountOrNull(took)
  if (why !== null) to.comma().quote(why)
  to.raw(']')
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
function writeDenial(to: JsonWriter, { reason, layer, source, retryable, retryAtMs, waysOn }: Denial): void {
  to.raw('[')
    .quote(reason)
    .comma()
    .quote(layer)
    .comma()
    .quoteOrNull(source)
    .raw(retryable ? ',true,' : ',false,')
  to.numberOrNull(retryAtMs).comma().json(JSON.stringify(waysOn, markAmount)).raw(']')
}

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
