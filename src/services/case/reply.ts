import type { CaseId, CustomerId, UserId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'

type CaseEngine = Pick<Engine, 'cases' | 'clock'>

/** Who writes: somebody of that customer, or somebody on staff. */
export interface CaseAuthor {
  /** Null: staff, who may write in any. */
  readonly customer: CustomerId | null
  readonly id: UserId
  readonly name: string
}

/** Adds a message and passes the word to the other side. Another customer's case is as if it were not there. */
export async function replyToCase(
  { cases, clock }: CaseEngine,
  { id, by, body }: { readonly id: CaseId; readonly by: CaseAuthor; readonly body: string },
): Promise<'added' | 'closed' | 'full' | 'unknown'> {
  const file = await cases.byId(id)
  if (file === null || (by.customer !== null && file.customer !== by.customer)) return 'unknown'
  return cases.reply(id, {
    side: by.customer === null ? 'staff' : 'customer',
    author: by.id,
    authorName: by.name,
    body,
    writtenAtMs: Math.max(clock.nowMs(), file.changedAtMs),
  })
}
