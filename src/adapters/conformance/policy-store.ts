import { beforeAll, describe, expect, test } from 'vitest'
import type { AuditLog } from '../../ports/audit-log.ts'
import type { PolicyStore } from '../../ports/policy-store.ts'
import { auditDraft, policyDocument, START_MS } from './drafts.ts'

/** What every policy store must do. `open` gives an empty one, and the audit log beside it. */
export function policyStoreConformance(open: () => Promise<{ store: PolicyStore; audit: AuditLog }>): void {
  let store: PolicyStore
  let audit: AuditLog
  beforeAll(async () => {
    ;({ store, audit } = await open())
  })
  const publish = (base: number, title: string) =>
    store.publish({
      base,
      document: policyDocument(title),
      note: `note ${title}`,
      atMs: START_MS + base,
      audit: auditDraft(),
    })

  describe('versions', () => {
    test('an empty store has none', async () => {
      expect(await store.current()).toBeNull()
      expect(await store.version(1)).toBeNull()
      expect(await store.versions(10)).toEqual([])
    })

    test('are numbered from 1; the highest is in force; each stays as it was published', async () => {
      expect(await publish(0, 'first')).toEqual({ kind: 'published', version: 1 })
      expect(await publish(1, 'second')).toEqual({ kind: 'published', version: 2 })
      const second = {
        version: 2,
        document: policyDocument('second'),
        note: 'note second',
        publishedAtMs: START_MS + 1,
      }
      expect(await store.current()).toEqual(second)
      expect(await store.version(2)).toEqual(second)
      expect((await store.version(1))?.document).toEqual(policyDocument('first'))
      expect(await store.versions(1)).toEqual([{ version: 2, note: 'note second', publishedAtMs: START_MS + 1 }])
    })

    test.each([0, 1, 3])(
      'on base %i, which is not in force, nothing is published and nothing audited',
      async (base) => {
        const before = await audit.head()
        expect(await publish(base, 'late')).toEqual({ kind: 'stale', current: 2 })
        expect(await audit.head()).toEqual(before)
        expect((await store.versions(10)).map(({ version }) => version)).toEqual([2, 1])
      },
    )

    test('of ten publishers on one base, one publishes', async () => {
      const before = await audit.head()
      const results = await Promise.all(Array.from({ length: 10 }, (_, racer) => publish(2, `racer ${racer}`)))
      expect(results.filter(({ kind }) => kind === 'published')).toEqual([{ kind: 'published', version: 3 }])
      expect(results.filter(({ kind }) => kind === 'stale')).toEqual(Array(9).fill({ kind: 'stale', current: 3 }))
      expect((await audit.head()).seq).toBe(before.seq + 1)
    })

    test('members keep their order, and text keeps every character', async () => {
      const document = { ...policyDocument('é "quoted" \u0000 \ud83d\ude00'), layers: ['credits', 'included'] as const }
      const published = await store.publish({
        base: 3,
        document: { ...document, layers: [...document.layers] },
        note: '',
        atMs: START_MS,
        audit: auditDraft(),
      })
      expect(published.kind).toBe('published')
      expect(JSON.stringify((await store.current())?.document)).toBe(JSON.stringify(document))
    })
  })
}
