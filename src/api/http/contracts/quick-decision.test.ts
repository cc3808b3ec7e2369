import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchEntry, decisionRequest } from './decision.ts'
import { isUsualDecision, isUsualEntry } from './quick-decision.ts'

const customer = 'cus_01a1fb3573fc76d4ab06e58ad2846c91'
const usual = {
  customer,
  feature: 'codex.task',
  usage: { input_tokens: 4808, output_tokens: 10 },
  attributes: { model: 'large' },
  subject: 'key_1',
  mode: 'consume',
  acceptPartial: false,
}

const odd = fc.oneof(
  fc.constantFrom(
    null,
    undefined,
    '',
    '0',
    '-1',
    '1',
    '9223372036854775807',
    '9223372036854775808',
    -1,
    -0,
    0,
    1.5,
    2 ** 53,
    true,
    [],
    {},
  ),
  fc.string({ unit: 'binary' }),
  fc.jsonValue(),
)
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 300 }))
const units = fc.oneof(fc.nat(), fc.maxSafeInteger(), odd)
const body = fc.record(
  {
    customer: fc.oneof(fc.constant(customer), odd),
    subject: fc.oneof(text, odd),
    task: fc.oneof(text, odd),
    feature: fc.oneof(text, odd),
    usage: fc.oneof(fc.dictionary(text, units, { maxKeys: 40, noNullPrototype: true }), odd),
    cost: odd,
    attributes: fc.oneof(fc.dictionary(text, fc.oneof(text, odd), { maxKeys: 40, noNullPrototype: true }), odd),
    mode: fc.constantFrom('consume', 'authorize', 'steal', null),
    ttlSeconds: fc.oneof(fc.nat(), odd),
    acceptPartial: fc.oneof(fc.boolean(), odd),
    minimum: odd,
    includedOnly: fc.oneof(fc.boolean(), odd),
    maxCredits: odd,
    consent: odd,
    idempotencyKey: fc.oneof(text, odd),
    dryRun: fc.oneof(fc.boolean(), odd),
    extra: fc.boolean(),
  },
  { requiredKeys: [], noNullPrototype: true },
)

test('whatever is recognised, the schema accepts unchanged', () => {
  let recognised = 0
  const check = (value: unknown): void => {
    const json: unknown = JSON.parse(JSON.stringify(value) ?? 'null')
    if (isUsualEntry(json)) expect(batchEntry.safeParse(json).data).toEqual(json)
    if (!isUsualDecision(json)) return
    recognised++
    const parsed = decisionRequest.safeParse(json)
    expect(parsed.error?.issues ?? []).toEqual([])
    expect(parsed.data).toEqual(json)
  }
  fc.assert(
    fc.property(
      fc.oneof(
        body,
        body.map((one) => ({ ...usual, ...one })),
        odd,
      ),
      check,
    ),
    { numRuns: 3_000 },
  )
  // members of a usual body replaced one by one: most of what is recognised comes from here
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(usual)), fc.oneof(odd, text), (name, value) =>
      check({ ...usual, [name]: value }),
    ),
    { numRuns: 2_000 },
  )
  expect(recognised).toBeGreaterThan(50)
})

test.each([
  [usual],
  [{ customer, feature: 'f', cost: '5' }],
  [
    {
      customer,
      feature: 'f',
      usage: { u: 1 },
      mode: 'authorize',
      task: null,
      includedOnly: true,
      maxCredits: '0',
      dryRun: false,
    },
  ],
])('%j is recognised', (value) => {
  expect(isUsualDecision(value)).toBe(true)
})

test.each([
  { ttlSeconds: 5 },
  { minimum: '1' },
  { consent: 'x' },
  { cost: '1' },
  { usage: { u: 0 } },
  { role: 'admin' },
  { subject: 'ü' },
])('%j is left to the schema', (more) => {
  expect(isUsualDecision({ ...usual, ...more })).toBe(false)
})

test('an entry of a batch needs its key, and takes no dry run', () => {
  const entry = { ...usual, idempotencyKey: 'k' }
  expect(
    [entry, usual, { ...entry, dryRun: true }, { ...entry, idempotencyKey: 'x'.repeat(256) }].map(isUsualEntry),
  ).toEqual([true, false, false, false])
  expect(isUsualDecision(entry)).toBe(false)
})
