import { problem } from '../answer.ts'
import {
  accessRequestOf,
  decisionAnswer,
  type DecisionRequestBody,
  decisionRequest,
  deniedAnswer,
} from '../contracts/decision.ts'
import { isUsualDecision } from '../contracts/quick-decision.ts'
import { endpoint } from '../endpoint.ts'
import { answerDecision } from './decide-entry.ts'

const denied = (description: string) => ({ description, schema: deniedAnswer })

export const decide = endpoint<DecisionRequestBody>({
  method: 'POST',
  path: '/decisions',
  operationId: 'decide',
  summary: 'Ask how much is allowed, and from where: authorize (hold) or consume',
  tag: 'decisions',
  scope: 'decide',
  // a dry run stores nothing, so it needs none: checked below
  idempotency: 'optional',
  body: { kind: 'checked', schema: decisionRequest, recognise: isUsualDecision },
  query: null,
  answers: {
    200: { description: 'Allowed, or allowed in part', schema: decisionAnswer },
    402: denied('Denied: credits, consent or a spend cap'),
    403: denied('Denied: not entitled, or suspended'),
    429: denied('Denied: a guard or an included window'),
    503: denied('Denied: capacity is reduced, or the feature is switched off'),
  },
  async run({ engine, key, body, idempotencyKey, observe }) {
    const dry = body.dryRun === true
    if (!dry && idempotencyKey === null) return problem('idempotency-key-missing')
    const command = { request: accessRequestOf(body), consent: body.consent ?? null }
    const { answer } = await answerDecision({
      engine,
      key,
      observe,
      idempotencyKey: dry ? null : idempotencyKey,
      command,
      alone: true,
    })
    return answer
  },
})
