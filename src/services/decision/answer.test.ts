import { expect, test } from 'vitest'
import type { Decision, Denial, Reason, WayOn } from '../../core/waterfall/decision.ts'
import { answerOfDecision, renderAnswer } from './answer.ts'
import { DENIAL_PROBLEMS } from './denial-problem.ts'
import { standingOfDecision, standingOfReply } from './standing.ts'

const T = Date.parse('2026-03-01T12:00:00Z')
const allowed: Decision = {
  id: 'dec_1',
  customer: 'cus_1',
  atMs: T,
  outcome: 'allowed',
  cost: 1_250_000n,
  granted: 1_250_000n,
  funding: [
    {
      layer: 'included',
      source: 'five_hour',
      amount: 900_000n,
      before: 900_000n,
      after: 0n,
      resetsAtMs: T + 60_000,
      expiresAtMs: null,
    },
    {
      layer: 'credits',
      source: 'grt_1',
      amount: 350_000n,
      before: 8_000_000n,
      after: 7_650_000n,
      resetsAtMs: null,
      expiresAtMs: T + 120_000,
    },
  ],
  hold: { id: 'hold_1', expiresAtMs: T + 900_000 },
  denial: null,
  windows: [{ id: 'five_hour', limit: 5_000_000n, used: 5_000_000n, remaining: 0n, resetsAtMs: T + 60_000 }],
  policyVersion: 12,
  stateVersion: 88_213,
  trace: [],
}
const waysOn: readonly WayOn[] = [
  { kind: 'wait', untilMs: T + 60_000, microCredits: null },
  { kind: 'consent', microCredits: 350_000n },
  { kind: 'smaller', amount: 900_000n, microCredits: null },
]
const deny = (reason: Reason, denial: Partial<Denial> = {}): Decision => ({
  ...allowed,
  outcome: 'denied',
  granted: 0n,
  funding: [],
  hold: null,
  denial: { reason, layer: 'credits', source: null, retryable: true, retryAtMs: T + 60_000, waysOn, ...denial },
})

test('an allowed decision has every member of the contract, in order', () => {
  const { status, body } = renderAnswer(allowed, { id: 'dec_1', consentToken: null })
  expect(status).toBe(200)
  expect(body).toBe(
    '{"id":"dec_1","outcome":"allowed","cost":"1250000","granted":"1250000","funding":[' +
      '{"layer":"included","source":"five_hour","amount":"900000","before":"900000","after":"0","resetsAt":"2026-03-01T12:01:00.000Z"},' +
      '{"layer":"credits","source":"grt_1","amount":"350000","before":"8000000","after":"7650000","expiresAt":"2026-03-01T12:02:00.000Z"}],' +
      '"hold":{"id":"hold_1","expiresAt":"2026-03-01T12:15:00.000Z"},"reason":null,"layer":null,"source":null,"retryable":false,"retryAt":null,"waysOn":[],' +
      '"windows":[{"id":"five_hour","limit":"5000000","used":"5000000","remaining":"0","resetsAt":"2026-03-01T12:01:00.000Z"}],' +
      '"policyVersion":12,"stateVersion":"88213","explainUrl":"/api/v1/decisions/dec_1"}',
  )
})

test('a denial is a problem with the members of the decision beside it', () => {
  const { status, body } = renderAnswer(deny('consent_required'), { id: 'dec_1', consentToken: 'token' })
  expect({ status, ...JSON.parse(body) }).toMatchObject({
    status: 402,
    type: '/docs/problems/consent-required',
    title: 'Drawing credits needs consent',
    instance: '/api/v1/decisions/dec_1',
    outcome: 'denied',
    reason: 'consent_required',
    retryAt: '2026-03-01T12:01:00.000Z',
    waysOn: [
      { kind: 'wait', until: '2026-03-01T12:01:00.000Z', microCredits: null },
      { kind: 'consent', microCredits: '350000', token: 'token' },
      { kind: 'smaller', amount: '900000', microCredits: null },
    ],
  })
})

test('a quota denial names the limit that binds', () => {
  const { body } = renderAnswer(deny('included_exhausted', { layer: 'included', source: 'five_hour' }), {
    id: 'dec_1',
    consentToken: null,
  })
  expect(JSON.parse(body)).toMatchObject({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    'violated-policies': ['five_hour'],
  })
})

test('a source of any name stays one text', () => {
  const source = 'a "b" \\ \n \u2028 ü'
  const [window] = allowed.windows
  const hostile = {
    ...deny('burst_exceeded', { source }),
    funding: allowed.funding.map((line) => ({ ...line, source })),
    windows: [{ ...window!, id: source }],
  }
  const body = JSON.parse(renderAnswer(hostile, { id: 'dec_1', consentToken: null }).body)
  expect([body.source, body.windows[0].id, ...body['violated-policies']]).toEqual([source, source, source])
  expect(body.funding.map((line: { source: string }) => line.source)).toEqual([source, source])
})

test('a dry run has no id and says so', () => {
  const { body } = renderAnswer(allowed, { id: null, consentToken: null })
  expect(JSON.parse(body)).toMatchObject({ id: null, explainUrl: null, dryRun: true })
})

test.each(Object.keys(DENIAL_PROBLEMS) as Reason[])('%s says in a sentence what to do', (reason) => {
  const reply = renderAnswer(deny(reason), { id: 'dec_1', consentToken: null })
  expect(reply.status).toBe(DENIAL_PROBLEMS[reason].status)
  expect(JSON.parse(reply.body).detail).toMatch(/^[A-Z].*\. .*\.$/)
})

test.each([allowed, deny('included_exhausted'), deny('credits_insufficient', { retryable: false, retryAtMs: null })])(
  'a stored answer says the same of limits as the decision it came from',
  (decision) => {
    expect(standingOfReply(renderAnswer(decision, { id: 'dec_1', consentToken: null }))).toEqual(
      standingOfDecision(decision),
    )
  },
)

test('the bytes of an answer that is made again never change', () => {
  expect(answerOfDecision(allowed)).toBe(
    '{"id":"dec_1","outcome":"allowed","cost":"1250000","granted":"1250000","funding":[' +
      '{"layer":"included","source":"five_hour","amount":"900000","before":"900000","after":"0","resetsAt":"2026-03-01T12:01:00.000Z"},' +
      '{"layer":"credits","source":"grt_1","amount":"350000","before":"8000000","after":"7650000","expiresAt":"2026-03-01T12:02:00.000Z"}],' +
      '"hold":{"id":"hold_1","expiresAt":"2026-03-01T12:15:00.000Z"},' +
      '"reason":null,"layer":null,"source":null,"retryable":false,"retryAt":null,"waysOn":[],' +
      '"windows":[{"id":"five_hour","limit":"5000000","used":"5000000","remaining":"0","resetsAt":"2026-03-01T12:01:00.000Z"}],' +
      '"policyVersion":12,"stateVersion":"88213","explainUrl":"/api/v1/decisions/dec_1"}',
  )
})
