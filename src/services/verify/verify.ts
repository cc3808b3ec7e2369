import type { Policy } from '../../core/policy/policy.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { VerifyStore, VerifyView } from '../../ports/verify-store.ts'
import type { Engine } from '../engine.ts'
import { checkAudit } from './check-audit.ts'
import { checkDecisions } from './check-decisions.ts'
import { checkLedger } from './check-ledger.ts'
import { rebuildEvents } from './check-once.ts'
import { checkPeriods } from './check-periods.ts'
import { checkReplies } from './check-replies.ts'
import { recountWindows } from './check-windows.ts'
import { openBooks } from './customer-books.ts'
import type { ExportedHeads } from './export-head.ts'
import { walk } from './pages.ts'
import { CHECKS, type CheckId, type Findings, newFindings, type VerifyReport } from './report.ts'

export type VerifyEngine = Pick<Engine, 'policies' | 'clock' | 'hash'>

export interface VerifyInput {
  /** Only this customer, and not the audit chain. */
  readonly customer?: CustomerId
  /** Heads that were written outside the database; without them a cut-off tail with its head put back is not seen. */
  readonly exported?: readonly ExportedHeads[]
}

/**
 * Checks every stored invariant in one picture of the store, beside live traffic: recomputes chains, balances, prices,
 * decisions and windows from what they were made of. Nothing is repaired.
 */
export async function verify(engine: VerifyEngine, store: VerifyStore, input: VerifyInput = {}): Promise<VerifyReport> {
  const startedAt = new Date(engine.clock.nowMs()).toISOString()
  const { customer = null, exported = [] } = input
  const findings = newFindings()
  const policyOf = policySource(engine)
  const ledger = { customers: 0, updates: 0, hash: '' }

  const audit = await store.read(async (view) => {
    const checked = { view, engine, findings, policyOf, exported }
    const all = (after: CustomerId | null, limit: number) => view.customers(after, limit)
    for await (const id of customer === null ? walk(null, all, (row) => row as CustomerId | null) : [customer]) {
      const head = await verifyCustomer(checked, id)
      findings.count('customers')
      ledger.customers += 1
      ledger.updates += head?.seq ?? 0
      ledger.hash = engine.hash(JSON.stringify([ledger.hash, id, head?.seq ?? null, head?.hash ?? null]))
    }
    for (const orphan of await view.orphans(customer)) {
      findings.saw('I2')
      findings.expect(
        orphan.count === 0,
        'I2',
        () => `${orphan.what}: ${orphan.count}, such as ${orphan.sample.join(', ')}`,
      )
    }
    if (customer !== null) return null
    return checkAudit(view, { hash: engine.hash, exported: exported.map((one) => one.audit) }, findings)
  })

  const ids = (Object.keys(CHECKS) as CheckId[]).filter((id) => customer === null || id !== 'I6')
  const checks = findings.reports(ids)
  const unexplained = checks.reduce((sum, check) => sum + check.violations, 0)
  return {
    startedAt,
    finishedAt: new Date(engine.clock.nowMs()).toISOString(),
    customer,
    checks,
    counts: findings.counts,
    sums: Object.fromEntries([...findings.sums].map(([name, amount]) => [name, `${amount}`])),
    unexplained,
    chainHeads: { audit, ledger },
    ok: unexplained === 0,
  }
}

type PolicyOf = (version: number) => Promise<Policy | null>

interface Checked {
  readonly view: VerifyView
  readonly engine: VerifyEngine
  readonly findings: Findings
  readonly policyOf: PolicyOf
  readonly exported: readonly ExportedHeads[]
}

async function verifyCustomer(checked: Checked, customer: CustomerId): Promise<{ seq: number; hash: string } | null> {
  const { view, engine, findings, policyOf } = checked
  const books = await openBooks(view, customer)
  if (books === null) {
    findings.wrong('I1', `${customer} has no state or no ledger head`)
    return null
  }
  findings.count('grants', books.grants.size)
  findings.count('holds', books.holds)
  const exported = new Map(
    checked.exported.flatMap((heads) =>
      heads.ledger.filter((head) => head.customer === customer && head.seq > 0).map((head) => [head.seq, head.hash]),
    ),
  )
  const rebuilt = await rebuildEvents(view, { books, policyOf }, findings)
  await checkLedger(view, { books, rebuilt, hash: engine.hash, exported }, findings)
  checkPeriods(books, findings)
  const windows = recountWindows({ books, includedCaptured: rebuilt.includedCaptured }, findings)
  await checkDecisions(view, { books, windows, policyOf }, findings)
  await checkReplies(view, customer, findings)
  return books.head
}

/** Policies by version, each fetched once; a cache of the engine's may drop old ones meanwhile. */
function policySource(engine: VerifyEngine): PolicyOf {
  const known = new Map<number, Policy | null>()
  return async (version) => {
    const policy = known.get(version) ?? engine.policies.get(version) ?? (await engine.policies.load(version))
    known.set(version, policy)
    return policy
  }
}
