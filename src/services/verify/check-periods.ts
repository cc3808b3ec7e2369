import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { CustomerBooks } from './customer-books.ts'
import type { Findings } from './report.ts'

const REFRESH = /^refresh:(.+):(-?\d+)$/

/** I8: a rule's refreshes have starts of their own, begin where their source says, and never run at the same time. */
export function checkPeriods({ customer, grants }: CustomerBooks, findings: Findings): void {
  const byRule = new Map<string, LedgerGrant[]>()
  const sources = new Set<string>()
  for (const grant of grants.values()) {
    findings.expect(!sources.has(grant.source), 'I8', () => `${customer} has two grants of ${grant.source}`)
    sources.add(grant.source)
    const named = REFRESH.exec(grant.source)
    if (named === null) continue
    findings.saw('I8')
    const [, rule = '', start] = named
    findings.expect(
      Number(start) === grant.effectiveAtMs,
      'I8',
      () => `${grant.id} does not begin where ${grant.source} says`,
    )
    byRule.set(rule, [...(byRule.get(rule) ?? []), grant])
  }
  for (const [rule, refreshes] of byRule) {
    const ordered = refreshes.toSorted((a, b) => a.effectiveAtMs - b.effectiveAtMs)
    for (const [i, grant] of ordered.entries()) {
      const before = ordered[i - 1]
      const apart = before === undefined || (before.expiresAtMs !== null && before.expiresAtMs <= grant.effectiveAtMs)
      findings.expect(apart, 'I8', () => `${customer}: ${rule} was refreshed by ${grant.id} before ${before?.id} ended`)
    }
  }
}
