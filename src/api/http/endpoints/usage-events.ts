import { unreachable } from '../../../core/shared/assert.ts'
import type { z } from 'zod'
import { type RecordCommand, type RecordOutcome, recordUsage } from '../../../services/usage/record.ts'
import { type Answer, invalid, problem, text, withInstance } from '../answer.ts'
import { cloudEvent, cloudEvents, EVENTS_BOUND, usageRecorded, usageRecordedBatch } from '../contracts/usage-event.ts'
import { priceOfMembers } from '../contracts/price.ts'
import { type Call, endpoint, mayAsk } from '../endpoint.ts'
import { entriesOf, type Entry, entryErrors } from '../entries.ts'
import { notDone, unknownCustomer, unpriced } from '../not-done.ts'
import { binaryEvent } from './binary-event.ts'
import { costRefused } from './hold-answer.ts'

const SINGLE = 'application/cloudevents+json'
const BATCH = 'application/cloudevents-batch+json'

export const recordUsageEvents = endpoint<unknown>({
  method: 'POST',
  path: '/usage-events',
  operationId: 'recordUsageEvents',
  summary: 'Tell of usage that was decided elsewhere, as CloudEvents 1.0 (structured, batch or binary)',
  tag: 'usage',
  scope: 'ingest',
  idempotency: 'none',
  mediaTypes: [SINGLE, BATCH, 'application/json'],
  body: { kind: 'entries', schema: cloudEvent.or(cloudEvents) },
  query: null,
  answers: {
    200: { description: 'A batch: one answer for each event, in order', schema: usageRecordedBatch },
    201: { description: 'Recorded; also when the same (source, id) is told again', schema: usageRecorded },
  },
  async run(call) {
    if (call.contentType === BATCH) {
      const read = entriesOf(call.body, call.flaws, { member: null, most: EVENTS_BOUND })
      if (!read.ok) return problem('invalid-request', { errors: read.errors })
      const answers = await Promise.all(read.entries.map((entry) => call.guarded(() => recorded(call, entry))))
      return text(
        200,
        `{"answers":[${answers.map(({ answer, replayed }) => `{"status":${answer.status},"replayed":${replayed},"body":${withInstance(answer, INSTANCE)}}`).join(',')}]}`,
      )
    }
    const value = call.contentType === SINGLE ? call.body : binaryEvent(call.headers, call.body)
    if (value === null)
      return problem('unsupported-media-type', {
        detail: `Send ${SINGLE}, ${BATCH}, or the ce-* header fields with application/json.`,
      })
    const { answer, replayed } = await recorded(call, { value, path: [], flaws: call.flaws })
    return replayed ? { ...answer, headers: [...answer.headers, 'Idempotency-Replayed', 'true'] } : answer
  },
})

const INSTANCE = '/api/v1/usage-events'

interface Recorded {
  readonly answer: Answer
  readonly replayed: boolean
}

async function recorded(call: Call, entry: Entry): Promise<Recorded> {
  const refuse = (answer: Answer): Recorded => ({ answer, replayed: false })
  const flaws = entryErrors(entry)
  if (flaws.length > 0) return refuse(problem('invalid-request', { errors: flaws }))
  const parsed = cloudEvent.safeParse(entry.value)
  if (!parsed.success) return refuse(problem('invalid-request', { errors: entryErrors(entry, parsed.error.issues) }))
  const { data } = parsed.data
  if (!mayAsk(call.key, data.customer)) return refuse(unknownCustomer())
  const cost = costRefused(call, data)
  if (cost !== null) return refuse(cost)
  const outcome = await recordUsage(call.engine, commandOf(parsed.data))
  if (outcome.kind === 'answered')
    return { answer: text(outcome.reply.status, outcome.reply.body), replayed: outcome.replayed }
  return refuse(refused(outcome))
}

function commandOf({ id, source, time, data }: z.infer<typeof cloudEvent>): RecordCommand {
  return {
    customer: data.customer,
    subject: data.subject ?? null,
    feature: data.feature,
    price: priceOfMembers(data),
    attributes: data.attributes ?? {},
    source,
    eventId: id,
    effectiveAtMs: time === undefined ? null : Date.parse(time),
  }
}

function refused(outcome: Exclude<RecordOutcome, { kind: 'answered' }>): Answer {
  switch (outcome.kind) {
    case 'too_late':
      return invalid('/time', 'more than 48 hours ago: correct the balance by hand instead')
    case 'too_early':
      return invalid('/time', 'in the future: check the clock of the producer')
    case 'unknown_customer':
    case 'key_reused':
    case 'in_flight':
    case 'overloaded':
      return notDone(outcome)
    case 'unknown_feature':
    case 'unknown_meter':
    case 'cost_overflow':
      return unpriced(outcome)
    default:
      return unreachable(outcome)
  }
}
