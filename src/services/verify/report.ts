/** The invariants that one command checks, in the order of the report. */
export const CHECKS = {
  I1: 'Conservation: granted = spent + held + pending + available + expired + revoked; postings sum to zero',
  I1b: 'Chain: no gap in a customer’s balance updates, before + delta = after, every hash recomputes, the end is the head',
  I2: 'Exactly once: one usage event per capture, one monetization event per usage event, one update per (event, grant)',
  I3: 'No overspend: nothing below zero, held is what open holds hold',
  I4: 'Windows: recounted from decisions, none exceeds what it claims',
  I5: 'Explainable: deciding again from the stored inputs gives what was stored',
  I6: 'Audit: the chain verifies up to its head and to every exported head',
  I8: 'Periods: one refresh per (customer, rule, period start), nothing drawn from a grant out of its time',
  I9: 'Replies: the same key gives the same status and body',
  I12: 'Displayed is enforced: answers carry the figures of their decision and its state version',
} as const

export type CheckId = keyof typeof CHECKS

export interface CheckReport {
  readonly id: CheckId
  readonly title: string
  /** How many rows it looked at: a check that saw nothing has proven nothing. */
  readonly rows: number
  readonly violations: number
  /** The first few, as sentences. */
  readonly found: readonly string[]
  readonly ok: boolean
}

export interface VerifyReport {
  readonly startedAt: string
  readonly finishedAt: string
  /** Null: all customers and the audit chain. */
  readonly customer: string | null
  readonly checks: readonly CheckReport[]
  readonly counts: Readonly<Record<string, number>>
  /** Micro-credits as decimal strings. */
  readonly sums: Readonly<Record<string, string>>
  /** Violations of all checks together. */
  readonly unexplained: number
  readonly chainHeads: {
    readonly audit: { readonly seq: number; readonly hash: string } | null
    /** Hash over every customer’s id, seq and chain hash, in the order of ids. */
    readonly ledger: { readonly customers: number; readonly updates: number; readonly hash: string }
  }
  readonly ok: boolean
}

/** Violations that are told in full. */
const FOUND_BOUND = 20

/** Counts what the checks saw and found, bounded however much is wrong. */
export interface Findings {
  saw(check: CheckId, rows?: number): void
  wrong(check: CheckId, what: string): void
  /** Reports `what` unless the condition holds. */
  expect(condition: boolean, check: CheckId, what: () => string): void
  count(name: string, rows?: number): void
  sum(name: string, amount: bigint): void
  readonly counts: Readonly<Record<string, number>>
  readonly sums: ReadonlyMap<string, bigint>
  reports(only: readonly CheckId[]): readonly CheckReport[]
}

export function newFindings(): Findings {
  const rows = new Map<CheckId, number>()
  const violations = new Map<CheckId, number>()
  const found = new Map<CheckId, string[]>()
  const counts: Record<string, number> = {}
  const sums = new Map<string, bigint>()

  function wrong(check: CheckId, what: string): void {
    violations.set(check, (violations.get(check) ?? 0) + 1)
    const told = found.get(check) ?? []
    if (told.length < FOUND_BOUND) found.set(check, [...told, what])
  }

  return {
    saw: (check, seen = 1) => void rows.set(check, (rows.get(check) ?? 0) + seen),
    wrong,
    expect(condition, check, what) {
      if (!condition) wrong(check, what())
    },
    count(name, seen = 1) {
      counts[name] = (counts[name] ?? 0) + seen
    },
    sum: (name, amount) => void sums.set(name, (sums.get(name) ?? 0n) + amount),
    counts,
    sums,
    reports: (only) =>
      only.map((id) => ({
        id,
        title: CHECKS[id],
        rows: rows.get(id) ?? 0,
        violations: violations.get(id) ?? 0,
        found: found.get(id) ?? [],
        ok: !violations.has(id),
      })),
  }
}
