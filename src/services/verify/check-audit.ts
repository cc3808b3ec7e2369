import { verifyAudit } from '../../core/ledger/audit-chain.ts'
import { CHAIN_START, type ChainPosition } from '../../core/ledger/chain.ts'
import type { Hash } from '../../ports/system.ts'
import type { VerifyView } from '../../ports/verify-store.ts'
import type { Findings } from './report.ts'
import { PAGE } from './pages.ts'

/**
 * I6: walks the audit chain to its head. `exported` are heads that were written outside the database: each must still be
 * where it was, so a tail that was cut off together with the head, or a chain that was rewritten as a whole, is found.
 */
export async function checkAudit(
  view: VerifyView,
  input: { readonly hash: Hash; readonly exported: readonly ChainPosition[] },
  findings: Findings,
): Promise<ChainPosition> {
  const head = await view.auditHead()
  const left = new Map(input.exported.map((one) => [one.seq, one.hash]))
  left.delete(0)
  let at = CHAIN_START
  for (;;) {
    const entries = await view.audit(at.seq, PAGE)
    findings.saw('I6', entries.length)
    findings.count('auditEntries', entries.length)
    for (const entry of entries) if (left.get(entry.seq) === entry.hash) left.delete(entry.seq)
    const link = verifyAudit(entries, input.hash, { from: at })
    if (!link.ok) {
      findings.wrong('I6', `the audit chain breaks at seq ${link.broken.seq} (${link.broken.why})`)
      return head
    }
    at = link.at
    if (entries.length < PAGE) break
  }
  findings.expect(
    at.seq === head.seq && at.hash === head.hash,
    'I6',
    () => `the audit chain ends at seq ${at.seq}, its head says ${head.seq}`,
  )
  for (const seq of left.keys()) findings.wrong('I6', `the exported head of seq ${seq} is not in the audit chain`)
  return head
}
