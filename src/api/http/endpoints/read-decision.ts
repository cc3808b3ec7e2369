import { isId } from '../../../core/shared/ids.ts'
import { z } from 'zod'
import { customerSentence, explain, type TitleOf } from '../../../core/waterfall/explain.ts'
import type { StoredDecision } from '../../../ports/readers.ts'
import { policyOf } from '../../../services/access/decision-rows.ts'
import { titlesOf } from '../../../services/access/sources.ts'
import { whatIf } from '../../../services/access/what-if.ts'
import { instant } from '../../../services/decision/answer.ts'
import { amount } from '../contracts/values.ts'
import { problem, text } from '../answer.ts'
import { endpoint, mayAsk } from '../endpoint.ts'

const step = z.strictObject({
  step: z.string(),
  source: z.string(),
  verdict: z.enum(['passed', 'took', 'skipped', 'denied']),
  limit: z.string().nullable(),
  found: z.string().nullable(),
  took: z.string().nullable(),
  why: z.string().nullable(),
  sentence: z.string(),
})

const storedDecision = z
  .strictObject({
    id: z.string(),
    customer: z.string(),
    decidedAt: z.iso.datetime(),
    recordedAt: z.iso.datetime(),
    status: z.int(),
    answer: z.unknown().meta({ description: 'Exactly what was answered.' }),
    sentence: z.string(),
    request: z.unknown().meta({ description: 'The request as it was decided.' }),
    factors: z.strictObject({ load: z.int(), behaviour: z.int() }),
    trace: z.array(step),
    whatIf: z
      .strictObject({
        policyVersion: z.int(),
        moreCredits: z.string(),
        outcome: z.enum(['allowed', 'partial', 'denied']),
        granted: z.string(),
        reason: z.string().nullable(),
        sentence: z.string(),
      })
      .optional()
      .meta({ description: 'The same request on the same state, decided otherwise; only when the query asks for it.' }),
    coalesced: z.int().meta({ description: 'Identical denials that were counted onto this one.' }),
    policyVersion: z.int(),
    stateVersion: z.string(),
  })
  .meta({ id: 'StoredDecision' })

export const readDecision = endpoint({
  method: 'GET',
  path: '/decisions/{id}',
  operationId: 'getDecision',
  summary: 'The stored decision with its trace, one sentence a step',
  tag: 'decisions',
  scope: 'read',
  idempotency: 'none',
  body: null,
  query: z.strictObject({
    policyVersion: z
      .string()
      .regex(/^[1-9]\d{0,8}$/, 'a version number')
      .optional()
      .meta({ description: 'Decide it again under this version.' }),
    moreCredits: amount.optional().meta({ description: 'Decide it again with that many more bought credits.' }),
  }),
  answers: { 200: { description: 'The decision', schema: storedDecision } },
  async run({ engine, key, params, query }) {
    const id = params['id'] ?? ''
    const stored = isId(id, 'dec') ? await engine.readers.decision(id) : null
    if (stored === null || !mayAsk(key, stored.request.customer)) {
      return problem('not-found', { detail: 'There is no such decision. Check the id and whose it is.' })
    }
    const policy = await policyOf(engine, stored.decision.policyVersion)
    const titleOf = titlesOf(stored.seen.state, policy)
    if (query.policyVersion === undefined && query.moreCredits === undefined) {
      return text(200, bodyOf(stored, titleOf, {}))
    }
    const moreCredits = query.moreCredits === undefined ? null : BigInt(query.moreCredits)
    const policyVersion = query.policyVersion === undefined ? null : Number(query.policyVersion)
    const imagined = await whatIf(engine, stored, { policyVersion, moreCredits })
    if (imagined.kind === 'unknown_policy') {
      return problem('not-found', { detail: `There is no policy version ${imagined.version}.` })
    }
    if (imagined.kind === 'not_priced') {
      return problem('unknown-feature', { detail: `Policy version ${imagined.version} cannot price this request.` })
    }
    const { decision, sentence } = imagined
    const member = {
      policyVersion: decision.policyVersion,
      moreCredits: `${moreCredits ?? 0n}`,
      outcome: decision.outcome,
      granted: `${decision.granted}`,
      reason: decision.denial?.reason ?? null,
      sentence,
    }
    return text(200, bodyOf(stored, titleOf, { whatIf: member }))
  },
})

function bodyOf(
  { decision, request, factors, recordedAtMs, answer, status, coalesced }: StoredDecision,
  titleOf: TitleOf,
  more: Readonly<Record<string, unknown>>,
): string {
  const sentences = explain(decision, titleOf)
  const about = {
    id: decision.id,
    customer: decision.customer,
    decidedAt: instant(decision.atMs),
    recordedAt: instant(recordedAtMs),
    status,
    sentence: customerSentence(decision, titleOf),
    request: requestMember(request),
    factors,
    trace: decision.trace.map((one, index) => ({
      step: one.step,
      source: one.source,
      verdict: one.verdict,
      limit: textOrNull(one.limit),
      found: textOrNull(one.found),
      took: textOrNull(one.took),
      why: one.why,
      sentence: sentences[index] ?? '',
    })),
    coalesced,
    policyVersion: decision.policyVersion,
    stateVersion: `${decision.stateVersion}`,
    ...more,
  }
  // the stored text itself, not a copy of it
  return `${JSON.stringify(about).slice(0, -1)},"answer":${answer}}`
}

function requestMember(request: StoredDecision['request']) {
  const { price, mode, acceptPartial } = request
  return {
    subject: request.subject,
    task: request.task,
    feature: request.feature,
    ...(price.kind === 'usage' ? { usage: price.usage } : { cost: `${price.cost}` }),
    attributes: request.attributes,
    mode: mode.kind,
    ttlSeconds: mode.kind === 'authorize' && mode.ttlMs !== null ? mode.ttlMs / 1000 : null,
    acceptPartial: acceptPartial !== null,
    minimum: acceptPartial === null ? null : `${acceptPartial.minimum}`,
    includedOnly: request.includedOnly,
    maxCredits: textOrNull(request.maxCredits),
    consented: textOrNull(request.consented),
  }
}

const textOrNull = (value: bigint | null): string | null => (value === null ? null : `${value}`)
