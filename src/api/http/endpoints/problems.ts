import { z } from 'zod'
import { DENIAL_PROBLEMS } from '../../../services/decision/denial-problem.ts'
import { PROBLEMS, problemType, type ProblemSlug } from '../../errors.ts'
import { json } from '../answer.ts'
import { endpoint } from '../endpoint.ts'

const index = z
  .strictObject({
    problems: z.array(
      z.strictObject({
        type: z.string(),
        status: z.int(),
        title: z.string(),
        detail: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'ProblemIndex' })

export const listProblems = endpoint({
  method: 'GET',
  path: '/problems',
  operationId: 'listProblems',
  summary: 'Every problem type that this API answers with',
  tag: 'reference',
  scope: null,
  idempotency: 'none',
  body: null,
  query: null,
  answers: { 200: { description: 'The index', schema: index } },
  run: () => json(200, { problems: [...refusals(), ...denials()] }),
})

function refusals() {
  return (Object.keys(PROBLEMS) as ProblemSlug[]).map((slug) => ({
    type: problemType(slug),
    ...PROBLEMS[slug],
    reason: null,
  }))
}

/** Their detail is the sentence of the decision. */
function denials() {
  return Object.entries(DENIAL_PROBLEMS).map(([reason, { type, status, title }]) => ({
    type,
    status,
    title,
    detail: null,
    reason,
  }))
}
