import { verify } from '../services/verify/verify.ts'
import { withEngine } from './open-engine.ts'

/** Verifies everything in a database and says it in one line: for the end of a replay. */
export async function verifySummary(databaseUrl: string): Promise<{ unexplained: number; summary: string }> {
  return withEngine({ databaseUrl }, async ({ engine, verifyStore }) => {
    const report = await verify(engine, verifyStore)
    const failed = report.checks.filter((check) => !check.ok)
    const rows = report.checks.reduce((sum, check) => sum + check.rows, 0)
    const summary =
      failed.length === 0
        ? `${report.checks.length} invariants hold over ${rows.toLocaleString('en-US')} rows`
        : failed.map((check) => `${check.id}: ${check.found[0] ?? check.title}`).join('; ')
    return { unexplained: report.unexplained, summary }
  })
}
