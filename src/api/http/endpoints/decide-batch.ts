import { type Answer, type FieldError, problem, text, withInstance } from '../answer.ts'
import {
  accessRequestOf,
  BATCH_BOUND,
  batchAnswer,
  type BatchEntryBody,
  batchEntry,
  batchRequest,
} from '../contracts/decision.ts'
import { isUsualEntry } from '../contracts/quick-decision.ts'
import { type Call, endpoint } from '../endpoint.ts'
import { entriesOf, type Entry, entryErrors } from '../entries.ts'
import { answerDecision, type DecisionReply } from './decide-entry.ts'

export const decideBatch = endpoint<unknown>({
  method: 'POST',
  path: '/decisions/batch',
  operationId: 'decideBatch',
  summary: `Up to ${BATCH_BOUND} decisions in one call, each with its own key and answer; one bad entry spoils only itself`,
  tag: 'decisions',
  scope: 'decide',
  idempotency: 'none',
  body: { kind: 'entries', schema: batchRequest },
  query: null,
  answers: { 200: { description: 'One answer for each entry, in order', schema: batchAnswer } },
  async run(call) {
    const read = entriesOf(call.body, call.flaws, { member: 'entries', most: BATCH_BOUND })
    if (!read.ok) return problem('invalid-request', { errors: read.errors })
    // started together, so that they share commits
    const replies = await Promise.all(read.entries.map((entry) => settled(call, entry)))
    return text(200, `{"answers":[${replies.map(answerText).join(',')}]}`)
  },
})

const INSTANCE = '/api/v1/decisions'

/** A fault of the store spoils the entry that met it: what the others were told stays true. */
function settled(call: Call, entry: Entry): Promise<DecisionReply> {
  if (entry.flaws.length > 0) return malformed(entryErrors(entry))
  const body = read(entry)
  if (body === null) return malformed(entryErrors(entry, batchEntry.safeParse(entry.value).error?.issues))
  const { engine, key, observe } = call
  const command = { request: accessRequestOf(body), consent: body.consent ?? null }
  const { idempotencyKey } = body
  return call.guarded(() => answerDecision({ engine, key, observe, idempotencyKey, command, alone: false }))
}

const malformed = (errors: readonly FieldError[]): Promise<DecisionReply> =>
  Promise.resolve({ answer: problem('invalid-request', { errors }), replayed: false })

function read({ value }: Entry): BatchEntryBody | null {
  return isUsualEntry(value) ? value : (batchEntry.safeParse(value).data ?? null)
}

function answerText({ answer, replayed }: DecisionReply): string {
  const retry = retryAfterOf(answer)
  return `{"status":${answer.status},"replayed":${replayed}${retry === null ? '' : `,"retryAfter":${retry}`},"body":${withInstance(answer, INSTANCE)}}`
}

function retryAfterOf({ headers }: Answer): string | null {
  const at = headers.indexOf('Retry-After')
  return at === -1 ? null : (headers[at + 1] ?? null)
}
