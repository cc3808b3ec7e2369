import { z } from 'zod'
import { type PolicyProblem, validatePolicy } from '../../../core/policy/validate.ts'
import { readDocument } from '../../../services/policy/read-document.ts'
import { json, problem } from '../answer.ts'
import { label } from '../contracts/values.ts'
import { actorOf, endpoint } from '../endpoint.ts'

const version = z
  .strictObject({ version: z.int(), document: z.unknown().meta({ description: 'The policy document.' }) })
  .meta({ id: 'Policy' })

export const readPolicy = endpoint({
  method: 'GET',
  path: '/policy',
  operationId: 'getPolicy',
  summary: 'The policy version in force',
  tag: 'policy',
  scope: 'read',
  idempotency: 'none',
  body: null,
  query: null,
  answers: { 200: { description: 'The version in force', schema: version } },
  run({ engine }) {
    const policy = engine.policies.current()
    return json(200, { version: policy.version, document: policy.document })
  },
})

const publishRequest = z
  .strictObject({
    base: z.int().min(0).meta({ description: 'The version that was changed: a newer one is not overwritten.' }),
    document: z.looseObject({}).meta({ description: 'The whole policy document.' }),
    note: label(1_000),
  })
  .meta({ id: 'PolicyChange' })

export const publishPolicy = endpoint<z.infer<typeof publishRequest>>({
  method: 'PUT',
  path: '/policy',
  operationId: 'publishPolicy',
  summary: 'Publish a new version, live on every process within 2 seconds',
  tag: 'policy',
  scope: 'policy',
  idempotency: 'none',
  body: { kind: 'checked', schema: publishRequest },
  query: null,
  answers: {
    200: { description: 'Published', schema: z.strictObject({ version: z.int() }) },
    409: { description: 'The base is not the version in force', schema: null },
  },
  async run({ engine, key, body }) {
    if (key.customer !== null)
      return problem('missing-scope', {
        detail: 'Only a service key may publish a policy.',
        members: { scope: 'policy' },
      })
    const read = readDocument(body.document)
    if (!read.ok) return badDocument(read.problems.map(({ path, message }) => ({ path, problem: message })))
    const problems = validatePolicy(read.document)
    if (problems.length > 0) return badDocument(problems)

    const atMs = engine.clock.nowMs()
    const { base, note } = body
    const audit = {
      id: engine.ids.next('aud', atMs),
      actor: actorOf(key),
      action: 'policy.publish',
      target: `policy:${base + 1}`,
      customer: null,
      reason: note,
      detail: { base },
      atMs,
    }
    const published = await engine.policyStore.publish({ base, document: read.document, note, atMs, audit })
    if (published.kind === 'stale') return problem('policy-stale', { members: { current: published.current } })
    engine.signals.publish({ kind: 'policy', version: published.version })
    return json(200, { version: published.version })
  },
})

const ERRORS_BOUND = 100

function badDocument(problems: readonly PolicyProblem[]) {
  const errors = problems
    .slice(0, ERRORS_BOUND)
    .map(({ path, problem: what }) => ({ pointer: `/document${pointerOf(path)}`, problem: what }))
  return problem('invalid-request', { detail: 'The policy document has mistakes. Nothing was published.', errors })
}

/** `tiers.plus.guards[2].limit` as `/tiers/plus/guards/2/limit`. */
const pointerOf = (path: string): string =>
  path === '' ? '' : `/${path.replaceAll(/\[(\d+)\]/g, '.$1').replaceAll('.', '/')}`
