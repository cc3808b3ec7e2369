import type { CustomerId } from '../../core/shared/ids.ts'
import type { ReplyKey, VerifyView } from '../../ports/verify-store.ts'
import type { Findings } from './report.ts'
import { walk } from './pages.ts'

/** I9: an entry that names a decision answers as it did, and every entry can answer. */
export async function checkReplies(view: VerifyView, customer: CustomerId, findings: Findings): Promise<void> {
  const list = (after: ReplyKey | null, limit: number) => view.replies(customer, after, limit)
  for await (const reply of walk(null, list, (row) => row as ReplyKey | null)) {
    findings.saw('I9')
    const named = `${customer}: ${reply.operation}/${reply.key}`
    findings.expect(/^[0-9a-f]{32}$/.test(reply.fingerprint), 'I9', () => `${named} has no fingerprint`)
    if (reply.decision === null) {
      findings.expect(reply.body !== null, 'I9', () => `${named} has nothing to answer`)
      continue
    }
    const stored = reply.answered
    findings.expect(stored !== null, 'I9', () => `${named} names ${reply.decision}, which does not exist`)
    if (stored === null) continue
    findings.expect(stored.customer === customer, 'I9', () => `${named} names another customer's decision`)
    findings.expect(
      reply.status === stored.status,
      'I9',
      () => `${named} answers ${reply.status}, its decision ${stored.status}`,
    )
  }
}
