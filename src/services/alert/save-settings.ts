import type { AlertSettings } from '../../core/alert/alert.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { Engine } from '../engine.ts'

/** Replaces which thresholds are told where, with its audit entry. Crossings from now on follow it. */
export async function saveAlertSettings(
  engine: Pick<Engine, 'alerts' | 'clock' | 'ids'>,
  input: { readonly customer: CustomerId; readonly settings: AlertSettings; readonly actor: Actor },
): Promise<void> {
  const { customer, settings, actor } = input
  const atMs = engine.clock.nowMs()
  await engine.alerts.saveSettings(customer, settings, {
    id: engine.ids.next('aud', atMs),
    actor,
    action: 'alert.settings',
    target: customer,
    customer,
    reason: null,
    detail: { ...settings },
    atMs,
  })
}
