import type { Hold, HoldLine } from '../../../core/hold/hold.ts'
import type { CustomerId, HoldId } from '../../../core/shared/ids.ts'
import { decodePrice, encodePrice, readText } from './price.ts'
import { amountOrNull, list, type Parsed, quote, quoteOrNull, readAmount, readRecord, record } from './text.ts'

/** Everything but the hold's and its customer's id, which are the row's key. */
export const encodeHold = (h: Hold): string =>
  `[${quote(h.decision)},${quoteOrNull(h.subject)},${quoteOrNull(h.task)},${quote(h.feature)},${record(h.attributes, quote)},${h.policyVersion},${quote(h.status)},${h.placedAtMs},${h.expiresAtMs},${h.latestExpiryMs},"${h.granted}",${list(h.lines, lineText)},"${h.captured}",${list(h.slots.customer, quote)},${list(h.slots.subject, quote)},${h.includedOnly},${amountOrNull(h.creditsLeft)},${h.reported === null ? 'null' : encodePrice(h.reported)},${h.closedAtMs}]`

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

const lineText = (line: HoldLine): string =>
  `[${quote(line.layer)},${quote(line.source)},"${line.amount}",${list(line.windows, (w) => `${quote(w.id)},${w.startMs}`)}]`

function readLine([layer, source, amount, flat]: Parsed): HoldLine {
  const windows = []
  for (let i = 0; i < flat.length; i += 2) windows.push({ id: flat[i] as string, startMs: flat[i + 1] as number })
  return { layer, source, amount: BigInt(amount), windows }
}
