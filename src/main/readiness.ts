import type { BuiltEngine } from './container.ts'

export interface Readiness {
  readonly ready: boolean
  /** What was looked at, in a word each. */
  readonly checks: Readonly<Record<string, string>>
}

/** Usage that waits longer than this says that nothing settles; decisions go on, so it is shown and does not count. */
const LATE_MS = 60_000
const WITHIN_MS = 2_000

/** Whether this process can decide: its database answers, and it has a policy. */
export async function readinessOf(built: BuiltEngine): Promise<Readiness> {
  const [database, settlement] = await Promise.all([
    said(built.ping().then(() => 'ok')),
    said(built.engine.settlement.lag(built.engine.clock.nowMs()).then(({ oldestMs }) => settlementWord(oldestMs))),
  ])
  const policy = `version ${built.engine.policies.current().version}`
  return { ready: database === 'ok', checks: { database, migrations: 'applied', policy, settlement } }
}

const settlementWord = (oldestMs: number | null): string =>
  oldestMs === null ? 'up to date' : `${oldestMs > LATE_MS ? 'late: ' : ''}${Math.ceil(oldestMs / 1000)} s behind`

async function said(check: Promise<string>): Promise<string> {
  const timer = { stop: (): void => {} }
  const late = new Promise<string>((resolve) => {
    const timeout = setTimeout(() => resolve('no answer'), WITHIN_MS)
    timer.stop = () => clearTimeout(timeout)
  })
  try {
    return await Promise.race([check.catch(() => 'cannot be reached'), late])
  } finally {
    timer.stop()
  }
}
