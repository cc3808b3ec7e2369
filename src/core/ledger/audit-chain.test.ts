import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ChainedEntry, chainAudit, orderedJson, verifyAudit } from './audit-chain.ts'
import { CHAIN_START } from './chain.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

function chain(length: number): ChainedEntry[] {
  const entries: ChainedEntry[] = []
  for (let index = 0; index < length; index += 1) {
    const draft = {
      id: `aud_${index}`,
      actor: { kind: 'system', job: 'test' },
      action: 'policy.publish',
      target: 'pol_1',
      customer: index % 2 ? 'cus_1' : null,
      reason: null,
      detail: { base: index, nested: { b: 1, a: [1, 'x', null] } },
      atMs: 1_000 + index,
    }
    entries.push(chainAudit(entries.at(-1) ?? CHAIN_START, draft, hash))
  }
  return entries
}

const five = chain(5)
const [one, two, three, four, last] = five as [ChainedEntry, ChainedEntry, ChainedEntry, ChainedEntry, ChainedEntry]
const head = { seq: last.seq, hash: last.hash }
const edited = (entry: ChainedEntry, change: Partial<ChainedEntry>): ChainedEntry => ({ ...entry, ...change })

test.each<[string, readonly ChainedEntry[], unknown]>([
  ['untouched', five, { ok: true, at: head }],
  [
    'an edited detail',
    [one, edited(two, { detail: { base: 9 } }), three, four, last],
    { ok: false, broken: { seq: 2, why: 'hash' } },
  ],
  [
    'another actor',
    [one, two, edited(three, { actor: { kind: 'user', id: 'u' } }), four, last],
    { ok: false, broken: { seq: 3, why: 'hash' } },
  ],
  ['another time', [one, two, three, edited(four, { atMs: 1 }), last], { ok: false, broken: { seq: 4, why: 'hash' } }],
  ['one deleted in the middle', [one, three, four, last], { ok: false, broken: { seq: 3, why: 'gap' } }],
  [
    'one deleted and renumbered',
    [one, edited(three, { seq: 2 }), four, last],
    { ok: false, broken: { seq: 2, why: 'link' } },
  ],
  ['the first deleted', [two, three, four, last], { ok: false, broken: { seq: 2, why: 'gap' } }],
  ['two in another order', [one, three, two, four, last], { ok: false, broken: { seq: 3, why: 'gap' } }],
  ['the tail deleted', [one, two, three], { ok: false, broken: { seq: 3, why: 'tail' } }],
  ['all deleted', [], { ok: false, broken: { seq: 0, why: 'tail' } }],
  ['rewritten from the start', rewritten(), { ok: false, broken: { seq: 5, why: 'hash' } }],
])('against the exported head: %s', (_, entries, verdict) => {
  expect(verifyAudit(entries, hash, { expected: head })).toEqual(verdict)
})

/** The same chain with its first entry changed and every hash computed anew, as one who owns the database could. */
function rewritten(): ChainedEntry[] {
  const entries: ChainedEntry[] = []
  for (const { seq: _seq, previousHash: _previous, hash: _hash, ...draft } of five) {
    const forged = entries.length === 0 ? { ...draft, target: 'pol_forged' } : draft
    entries.push(chainAudit(entries.at(-1) ?? CHAIN_START, forged, hash))
  }
  return entries
}

test('a chain may be walked page by page, and may have grown since the head was exported', () => {
  const first = verifyAudit(five.slice(0, 2), hash)
  if (!first.ok) throw new Error('the first page is intact')
  expect(verifyAudit(five.slice(2), hash, { from: first.at, expected: { seq: 3, hash: three.hash } })).toEqual({
    ok: true,
    at: head,
  })
})

test('the text does not depend on the order in which a store keeps the members', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const stored = JSON.parse(JSON.stringify(value), (_, member) =>
        member !== null && typeof member === 'object' && !Array.isArray(member)
          ? Object.fromEntries(Object.entries(member).reverse())
          : member,
      )
      expect(orderedJson(stored)).toBe(orderedJson(value))
      expect(JSON.parse(orderedJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }),
  )
})
