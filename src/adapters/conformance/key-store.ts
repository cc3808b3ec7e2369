import { beforeAll, describe, expect, test } from 'vitest'
import type { AuditLog } from '../../ports/audit-log.ts'
import type { KeyStore } from '../../ports/key-store.ts'
import { apiKey, auditDraft, ids, START_MS } from './drafts.ts'

/** What every key store must do. `open` gives an empty one, and the audit log beside it. */
export function keyStoreConformance(open: () => Promise<{ store: KeyStore; audit: AuditLog }>): void {
  let store: KeyStore
  let audit: AuditLog
  beforeAll(async () => {
    ;({ store, audit } = await open())
  })

  const stored = async (change: Parameters<typeof apiKey>[0] = {}) => {
    const key = apiKey(change)
    await store.create(key, auditDraft())
    return key
  }
  const audited = async (work: () => Promise<unknown>) => {
    const before = await audit.head()
    await work()
    return (await audit.head()).seq - before.seq
  }
  const rotate = (id: string, at: { endsAtMs: number; atMs: number }, replacement = apiKey()) =>
    store.rotate({ id, replacement, ...at, audit: auditDraft() })

  describe('a key', () => {
    test('is found by id and by its secret’s hash, as it was made', async () => {
      const customer = ids.next('cus', START_MS)
      const key = await stored({ customer, expiresAtMs: START_MS + 5, scopes: ['decide'], name: 'é "x"' })
      expect(await store.byId(key.id)).toEqual(key)
      expect(await store.bySecretHash(key.secretHash)).toEqual(key)
    })

    test.each(['', 'key_x', `key_${'0'.repeat(32)}`, `cus_${'0'.repeat(32)}`])('"%s" is no key', async (id) => {
      expect(await store.byId(id)).toBeNull()
      expect(await store.bySecretHash('0'.repeat(64))).toBeNull()
      expect(await store.revoke(id, START_MS, auditDraft())).toBe(false)
    })

    test('with a secret that is taken is refused, and not audited', async () => {
      const key = await stored()
      expect(await audited(() => expect(stored({ secretHash: key.secretHash })).rejects.toThrow(/unique/))).toBe(0)
    })

    test('is revoked once, with one audit entry', async () => {
      const key = await stored()
      const changes = await audited(async () => {
        expect(await store.revoke(key.id, START_MS + 7, auditDraft())).toBe(true)
        expect(await store.revoke(key.id, START_MS + 9, auditDraft())).toBe(false)
      })
      expect(changes).toBe(1)
      expect(await store.byId(key.id)).toEqual({ ...key, revokedAtMs: START_MS + 7 })
    })

    test('remembers its latest use only', async () => {
      const key = await stored()
      await store.touch(key.id, START_MS + 20)
      await store.touch(key.id, START_MS + 10)
      expect((await store.byId(key.id))?.lastUsedAtMs).toBe(START_MS + 20)
    })
  })

  describe('rotation', () => {
    test('leaves both live until the old one’s end', async () => {
      const old = await stored()
      const replacement = apiKey()
      expect(await rotate(old.id, { endsAtMs: START_MS + 100, atMs: START_MS }, replacement)).toBe('rotated')
      expect(await store.byId(old.id)).toEqual({ ...old, expiresAtMs: START_MS + 100 })
      expect(await store.byId(replacement.id)).toEqual(replacement)
    })

    test('never moves an end further away', async () => {
      const old = await stored({ expiresAtMs: START_MS + 50 })
      await rotate(old.id, { endsAtMs: START_MS + 100, atMs: START_MS })
      expect((await store.byId(old.id))?.expiresAtMs).toBe(START_MS + 50)
    })

    test.each([
      {
        name: 'one that is being replaced',
        prepare: (id: string) => rotate(id, { endsAtMs: START_MS + 100, atMs: START_MS }),
      },
      { name: 'a revoked one', prepare: (id: string) => store.revoke(id, START_MS, auditDraft()) },
    ])('of $name does nothing', async ({ prepare }) => {
      const old = await stored()
      await prepare(old.id)
      const replacement = apiKey()
      const changes = await audited(async () =>
        expect(await rotate(old.id, { endsAtMs: START_MS + 9, atMs: START_MS }, replacement)).toBe('not_live'),
      )
      expect(changes).toBe(0)
      expect(await store.byId(replacement.id)).toBeNull()
    })

    test.each([
      { endsAt: START_MS + 1, expected: 'rotated' },
      { endsAt: START_MS, expected: 'not_live' },
    ])('of a key that ends at +$endsAt ms gives $expected', async ({ endsAt, expected }) => {
      const old = await stored({ expiresAtMs: endsAt })
      expect(await rotate(old.id, { endsAtMs: START_MS + 100, atMs: START_MS })).toBe(expected)
    })

    test('of five at once, one rotates', async () => {
      const old = await stored()
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => rotate(old.id, { endsAtMs: START_MS + 9, atMs: START_MS })),
      )
      expect(outcomes.filter((outcome) => outcome === 'rotated')).toHaveLength(1)
    })
  })

  describe('lists', () => {
    test('hold the customer’s keys only, newest first; service keys are nobody’s', async () => {
      const customer = ids.next('cus', START_MS)
      const first = await stored({ customer })
      const second = await stored({ customer })
      await stored({ customer: ids.next('cus', START_MS) })
      expect(await store.list(customer)).toEqual([second, first])
      expect((await store.list(null)).every((key) => key.customer === null)).toBe(true)
    })

    test('tell who was revoked or curtailed since, and not who was made or used', async () => {
      const since = START_MS + 1_000_000
      const [revoked, curtailed, used] = [await stored(), await stored(), await stored()]
      await store.touch(used.id, since + 5)
      await store.revoke(revoked.id, since, auditDraft())
      await rotate(curtailed.id, { endsAtMs: since + 100, atMs: since + 1 })
      expect(await store.revokedSince(since)).toEqual([revoked.id, curtailed.id])
      expect(await store.revokedSince(since + 1)).toEqual([curtailed.id])
      expect(await store.revokedSince(since + 2)).toEqual([])
    })
  })
}
