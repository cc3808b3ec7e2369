import { crossingsOf, DEFAULT_SETTINGS } from '../../core/alert/alert.ts'
import { alertSubjects } from '../../core/alert/subjects.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Alert } from '../../ports/alert-store.ts'
import type { Engine } from '../engine.ts'

export type AlertEngine = Pick<Engine, 'readers' | 'policies' | 'alerts' | 'clock' | 'ids'>

/**
 * Records what a customer has crossed, from committed state; whoever else does so at the same time, each crossing is
 * recorded once. Returns what is news.
 */
export async function evaluateAlerts(engine: AlertEngine, customer: CustomerId): Promise<readonly Alert[]> {
  const view = await engine.readers.customer(customer)
  const tier = view === null ? undefined : engine.policies.current().tiers.get(view.state.profile.tier)
  if (view === null || tier === undefined) return []
  const atMs = Math.max(engine.clock.nowMs(), view.state.atMs)
  const subjects = alertSubjects({ tier, state: view.state, grants: view.grants, atMs })
  if (!subjects.some((subject) => crossingsOf(subject, DEFAULT_SETTINGS).length > 0)) return []
  const settings = (await engine.alerts.settings(customer)) ?? DEFAULT_SETTINGS
  const crossings = subjects.flatMap((subject) => crossingsOf(subject, settings))
  return engine.alerts.record(
    crossings.map(
      (crossing): Alert => ({
        ...crossing,
        id: engine.ids.next('alt', atMs),
        customer,
        crossedAtMs: atMs,
        readAtMs: null,
      }),
    ),
  )
}
