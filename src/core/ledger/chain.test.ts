import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BalanceUpdate } from '../settlement/events.ts'
import { appendUpdate, canonicalText, emptyHead, verifyChain, verifyTail } from './chain.ts'
import { CUSTOMER, sha256 } from '../../../tests/ledger-world.ts'

function chainOf(deltas: readonly bigint[]): BalanceUpdate[] {
  let head = emptyHead(CUSTOMER)
  let balance = 0n
  return deltas.map((delta, i) => {
    const appended = appendUpdate(
      head,
      {
        id: `bal_${i}`,
        grant: `grt_${i % 2}`,
        delta,
        balanceBefore: balance,
        balanceAfter: balance + delta,
        cause: i === 0 ? { kind: 'grant' } : { kind: 'charge', monetizationEvent: `mon_${i}` },
        effectiveAtMs: i,
        recordedAtMs: i,
      },
      sha256,
    )
    head = appended.head
    balance += delta
    return appended.update
  })
}

const intact = (updates: readonly BalanceUpdate[]) => verifyChain(updates, sha256)

test('an untouched chain verifies, in pages as well as whole, and ends at its head', () => {
  const chain = chainOf([5n, -2n, -3n, 7n])
  const whole = intact(chain)
  const first = verifyChain(chain.slice(0, 2), sha256)
  expect(whole.ok && first.ok && verifyChain(chain.slice(2), sha256, first.at)).toEqual(whole)
  expect(whole.ok && verifyTail(whole.at, chain.at(-1) ?? emptyHead(CUSTOMER))).toBeNull()
})

const EDITS: [string, (update: BalanceUpdate) => BalanceUpdate][] = [
  ['delta', (update) => ({ ...update, delta: update.delta + 1n })],
  ['delta and after', (update) => ({ ...update, delta: update.delta + 1n, balanceAfter: update.balanceAfter + 1n })],
  ['grant', (update) => ({ ...update, grant: 'grt_x' })],
  ['customer', (update) => ({ ...update, customer: 'cus_x' })],
  ['id', (update) => ({ ...update, id: 'bal_x' })],
  ['cause', (update) => ({ ...update, cause: { kind: 'expiry' } })],
  ['effectiveAt', (update) => ({ ...update, effectiveAtMs: 99 })],
  ['recordedAt', (update) => ({ ...update, recordedAtMs: 99 })],
  ['hash', (update) => ({ ...update, hash: sha256('x') })],
  [
    'the row with a hash made anew',
    (update) => {
      const edited = { ...update, delta: update.delta + 1n, balanceAfter: update.balanceAfter + 1n }
      return { ...edited, hash: sha256(canonicalText(edited)) }
    },
  ],
]

test.each(EDITS)('finds an edit of %s in any row but, with its hash made anew, the last', (name, edit) => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(1n, 9n), { minLength: 2, maxLength: 8 }), fc.nat(), (deltas, pick) => {
      const chain = chainOf(deltas)
      const at = pick % (chain.length - 1)
      const edited = chain.with(at, edit(chain[at] as BalanceUpdate))
      expect(intact(edited).ok, name).toBe(false)
    }),
  )
})

test('finds any deletion and any swap; a cut-off tail shows against the head', () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt(1n, 9n), { minLength: 3, maxLength: 8 }), fc.nat(), (deltas, pick) => {
      const chain = chainOf(deltas)
      const at = pick % (chain.length - 1)
      const swapped = chain.with(at, chain[at + 1] as BalanceUpdate).with(at + 1, chain[at] as BalanceUpdate)
      expect(intact(chain.toSpliced(at, 1))).toMatchObject({ ok: false, broken: { seq: at + 2, why: 'gap' } })
      expect(intact(swapped).ok).toBe(false)
      const cut = intact(chain.slice(0, -1))
      expect(cut.ok && verifyTail(cut.at, chain.at(-1) as BalanceUpdate)?.why).toBe('tail')
    }),
  )
})

test('texts of different causes never meet, whatever the reasons say', () => {
  const [update] = chainOf([1n]) as [BalanceUpdate]
  const a = canonicalText({ ...update, cause: { kind: 'correction', corrects: 'bal_1', reason: 'x","y' } })
  const b = canonicalText({ ...update, cause: { kind: 'correction', corrects: 'bal_1","x', reason: 'y' } })
  expect(a).not.toBe(b)
})
