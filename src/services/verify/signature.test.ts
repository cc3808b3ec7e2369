import { expect, test } from 'vitest'
import { exportHeads, movedHeads, readExportedHeads } from './export-head.ts'
import type { VerifyReport } from './report.ts'
import { publicKeyOf, verifySignature } from './signature.ts'
import { signReport, verifyReportSignature } from './sign-report.ts'

const SECRET = 'one secret'
const report: VerifyReport = {
  startedAt: '2026-11-20T12:00:00.000Z',
  finishedAt: '2026-11-20T12:00:01.000Z',
  customer: null,
  checks: [],
  counts: { customers: 1 },
  sums: { granted: '9007199254740993' },
  unexplained: 0,
  chainHeads: { audit: { seq: 1, hash: 'a' }, ledger: { customers: 1, updates: 2, hash: 'b' } },
  ok: true,
}

test('a signed report verifies after a round trip through JSON, with the secret or with the public key alone', () => {
  const signed = JSON.parse(JSON.stringify(signReport({ secret: SECRET }, report)))
  expect(verifyReportSignature(signed, { secret: SECRET })).toBe(true)
  expect(verifyReportSignature(signed, { publicKey: publicKeyOf(SECRET) })).toBe(true)
})

const signed = signReport({ secret: SECRET }, report)
test.each([
  ['another figure', { ...signed, content: { ...report, sums: { granted: '9007199254740994' } } }, { secret: SECRET }],
  ['another secret', signed, { secret: 'another' }],
  ['a signer’s own key in the file', signReport({ secret: 'another' }, report), { publicKey: publicKeyOf(SECRET) }],
  ['no signature', { ...signed, signature: '' }, { secret: SECRET }],
  ['a key that is none', signed, { publicKey: 'x' }],
])('refuses %s', (_, altered, trusted) => {
  expect(verifyReportSignature(altered, trusted)).toBe(false)
})

test('a signature of one kind of content does not pass as another’s', () => {
  expect(verifySignature(signed, 'spillway chain heads 1', publicKeyOf(SECRET))).toBe(false)
})

test('heads are exported as signed lines; a forged or torn line is passed over and counted', async () => {
  let file = ''
  let seq = 0
  const engine = {
    secret: SECRET,
    clock: { nowMs: () => 0 },
    audit: { page: async () => [], head: async () => ({ seq: ++seq, hash: `h${seq}` }) },
  }
  const moved = movedHeads()
  const append = async (line: string) => {
    file += line
  }
  moved.note({ customer: 'cus_1', seq: 1, hash: 'x' })
  moved.note({ customer: 'cus_1', seq: 2, hash: 'y' })
  await exportHeads(engine, { moved, append })
  await exportHeads(engine, { moved, append })
  expect(readExportedHeads(file, { secret: SECRET })).toMatchObject({
    refused: 0,
    heads: [
      { audit: { seq: 1, hash: 'h1' }, ledger: [{ customer: 'cus_1', seq: 2, hash: 'y' }] },
      { audit: { seq: 2, hash: 'h2' }, ledger: [] },
    ],
  })
  const forged = `${file.replace('"h1"', '"hX"')}{"content":`
  expect(readExportedHeads(forged, { secret: SECRET })).toMatchObject({ refused: 2, heads: [{ audit: { seq: 2 } }] })
})

test('heads whose export failed go out with the next one; the longest unmoved is forgotten past the bound', async () => {
  const moved = movedHeads(2)
  const engine = {
    secret: SECRET,
    clock: { nowMs: () => 0 },
    audit: { page: async () => [], head: async () => ({ seq: 0, hash: '' }) },
  }
  for (const n of [1, 2, 3]) moved.note({ customer: `cus_${n}`, seq: n, hash: `${n}` })
  await expect(exportHeads(engine, { moved, append: () => Promise.reject(new Error('disk full')) })).rejects.toThrow(
    'disk full',
  )
  const { ledger } = await exportHeads(engine, { moved, append: async () => {} })
  expect(ledger.map((head) => head.customer)).toEqual(['cus_2', 'cus_3'])
})
