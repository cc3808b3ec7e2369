import { beforeAll, describe, expect, test } from 'vitest'
import { verifyAudit } from '../../core/ledger/audit-chain.ts'
import type { AuditEntryDraft, AuditLog } from '../../ports/audit-log.ts'
import { sha256 } from '../system/hash.ts'
import { auditDraft, ids, START_MS } from './drafts.ts'

export interface AuditLogWorld {
  readonly log: AuditLog
  /** Appends in a transaction of its own. */
  append(draft: AuditEntryDraft): Promise<void>
}

/** What every audit log must do. `open` gives an empty one. */
export function auditLogConformance(open: () => Promise<AuditLogWorld>): void {
  let world: AuditLogWorld
  beforeAll(async () => {
    world = await open()
  })

  describe('the chain', () => {
    test('starts empty', async () => {
      expect(await world.log.page(null, 10)).toEqual([])
      expect(await world.log.head()).toEqual({ seq: 0, hash: '0'.repeat(64) })
    })

    test('gives back each entry as it was written, and verifies', async () => {
      const customer = ids.next('cus', START_MS)
      const drafts = [
        auditDraft({ actor: { kind: 'user', id: 'u1', onBehalfOf: 'u2' }, customer, reason: 'because é\n"' }),
        auditDraft({
          actor: { kind: 'key', id: ids.next('key', START_MS) },
          detail: { z: 1, a: { y: [1, null, 'x'], b: 1e21 } },
        }),
        auditDraft({ detail: { text: '\u0000 \ud800 \u2028', small: 5e-324, negative: -0.5 }, atMs: START_MS + 1 }),
      ]
      for (const draft of drafts) await world.append(draft)
      const entries = await world.log.page(null, 10)
      expect(entries).toEqual(drafts.map((draft, index) => expect.objectContaining({ ...draft, seq: index + 1 })))
      const head = await world.log.head()
      expect(verifyAudit(entries, sha256, { expected: head })).toEqual({ ok: true, at: head })
    })

    test('leaves out what JSON has no word for, in the hash too', async () => {
      await world.append(auditDraft({ detail: { absent: undefined, kept: 1 } }))
      const entries = await world.log.page(null, 10)
      expect(entries.at(-1)?.detail).toEqual({ kept: 1 })
      expect(verifyAudit(entries, sha256).ok).toBe(true)
    })

    test('has no gap and no fork when forty append at once', async () => {
      const before = await world.log.head()
      await Promise.all(Array.from({ length: 40 }, () => world.append(auditDraft())))
      const entries = await world.log.page(before, 100)
      expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, index) => before.seq + 1 + index))
      expect(verifyAudit(entries, sha256, { from: before, expected: await world.log.head() }).ok).toBe(true)
    })

    test('is read page by page, at most 500 a page', async () => {
      const first = await world.log.page(null, 2)
      const next = await world.log.page({ seq: 2 }, 2)
      expect([...first, ...next].map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    })
  })
}
