import { existsSync, readFileSync } from 'node:fs'

/** `flaky` tests passed only when they were repeated; they are counted as passed too. */
export type Tally = { passed: number; failed: number; flaky?: number }

/** Counts of a vitest JSON report, or nothing when the runner died before it wrote one. */
export function vitestTally(file: string): Tally | undefined {
  const report = read(file) as { numPassedTests: number; numFailedTests: number } | undefined
  return report && { passed: report.numPassedTests, failed: report.numFailedTests }
}

/** Counts of a Playwright JSON report. What a flaky test said is in the report above. */
export function playwrightTally(file: string): Tally | undefined {
  const report = read(file) as { stats: { expected: number; flaky: number; unexpected: number } } | undefined
  if (!report) return undefined
  const { expected, flaky, unexpected } = report.stats
  return { passed: expected + flaky, failed: unexpected, flaky }
}

function read(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
