import type { Hold, HoldLine } from '../../../core/hold/hold.ts'
import type { CustomerId, HoldId } from '../../../core/shared/ids.ts'
import { type JsonWriter, jsonText, writeText } from '../json-writer.ts'
import { decodePrice, readText, writePrice } from './price.ts'
import { type Parsed, readAmount, readRecord } from './text.ts'

/** Everything but the hold's and its customer's id, which are the row's key. */
export function writeHold(to: JsonWriter, h: Hold): void {
  to.raw('[').quote(h.decision).comma().quoteOrNull(h.subject).comma().quoteOrNull(h.task).comma().quote(h.feature)
  to.comma().record(h.attributes, writeText).comma().number(h.policyVersion).comma().quote(h.status)
  to.comma().number(h.placedAtMs).comma().numberOrNull(h.expiresAtMs).comma().numberOrNull(h.latestExpiryMs)
  to.raw(`,"${h.granted}",`).list(h.lines, writeLine).raw(`,"${h.captured}",`)
  to.list(h.slots.customer, writeText).comma().list(h.slots.subject, writeText)
  to.raw(h.includedOnly ? ',true,' : ',false,')
    .amountOrNull(h.creditsLeft)
    .comma()
  if (h.reported === null) to.raw('null')
  else writePrice(to, h.reported)
  to.comma().numberOrNull(h.closedAtMs).raw(']')
}

export const encodeHold = (hold: Hold): string => jsonText(hold, writeHold)

export function decodeHold(customer: CustomerId, id: HoldId, text: string): Hold {
  const [
    decision,
    subject,
    task,
    feature,
    attributes,
    policyVersion,
    status,
    placedAtMs,
    expiresAtMs,
    latestExpiryMs,
    granted,
    lines,
    captured,
    customerSlots,
    subjectSlots,
    includedOnly,
    creditsLeft,
    reported,
    closedAtMs,
  ] = JSON.parse(text) as Parsed
  return {
    id,
    customer,
    decision,
    subject,
    task,
    feature,
    attributes: readRecord(attributes, readText),
    policyVersion,
    status,
    placedAtMs,
    expiresAtMs,
    latestExpiryMs,
    granted: BigInt(granted),
    lines: lines.map(readLine),
    captured: BigInt(captured),
    slots: { customer: customerSlots, subject: subjectSlots },
    includedOnly,
    creditsLeft: readAmount(creditsLeft),
    reported: reported === null ? null : decodePrice(reported),
    closedAtMs,
  }
}

function writeLine(to: JsonWriter, { layer, source, amount, windows }: HoldLine): void {
  to.raw('[').quote(layer).comma().quote(source).raw(`,"${amount}",`).list(windows, writeWindow).raw(']')
}

const writeWindow = (to: JsonWriter, { id, startMs }: HoldLine['windows'][number]): void =>
  void to.quote(id).comma().number(startMs)

function readLine([layer, source, amount, flat]: Parsed): HoldLine {
  const windows = []
  for (let i = 0; i < flat.length; i += 2) windows.push({ id: flat[i] as string, startMs: flat[i + 1] as number })
  return { layer, source, amount: BigInt(amount), windows }
}
