import type { CaseId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'
import type { CaseAuthor } from './reply.ts'

/** Closes a case, with its audit entry; either side may. Nothing is deleted, and its record may get a new case. */
export async function closeCase(
  { cases, clock, ids }: Pick<Engine, 'cases' | 'clock' | 'ids'>,
  { id, by }: { readonly id: CaseId; readonly by: CaseAuthor },
): Promise<'closed' | 'closed_before' | 'unknown'> {
  const file = await cases.byId(id)
  if (file === null || (by.customer !== null && file.customer !== by.customer)) return 'unknown'
  const atMs = Math.max(clock.nowMs(), file.changedAtMs)
  const closed = await cases.close(id, atMs, {
    id: ids.next('aud', atMs),
    actor: { kind: 'user', id: by.id },
    action: 'case.close',
    target: id,
    customer: file.customer,
    reason: null,
    detail: { side: by.customer === null ? 'staff' : 'customer', messages: file.messages },
    atMs,
  })
  return closed ? 'closed' : 'closed_before'
}
