import type { AlertSettings } from '../../core/alert/alert.ts'
import { ALERT_LIST_LIMIT, type Alert, type AlertStore } from '../../ports/alert-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

export function memoryAlertStore(db: MemoryDatabase): AlertStore {
  const alerts = new Map<string, Alert>()
  const told = new Set<string>()
  const keys = new Set<string>()
  const settings = new Map<string, AlertSettings>()
  const shown = (customer: string): readonly Alert[] =>
    [...alerts.values()]
      .filter((alert) => alert.customer === customer && alert.channels.includes('portal'))
      .toSorted((a, b) => (a.id < b.id ? 1 : -1))

  return {
    async record(drafts) {
      return drafts.filter((alert) => {
        const { customer, subject, threshold } = alert
        const key = JSON.stringify([customer, subject.kind, subject.id, subject.period, threshold])
        if (keys.has(key)) return false
        keys.add(key)
        alerts.set(alert.id, alert)
        return true
      })
    },
    async list(customer, limit) {
      return shown(customer).slice(0, Math.min(limit, ALERT_LIST_LIMIT))
    },
    async unread(customer) {
      return Math.min(shown(customer).filter((alert) => alert.readAtMs === null).length, ALERT_LIST_LIMIT)
    },
    async markRead(customer, atMs) {
      for (const alert of shown(customer))
        if (alert.readAtMs === null) alerts.set(alert.id, { ...alert, readAtMs: atMs })
    },
    async untold(limit) {
      const waiting = [...alerts.values()].filter(({ id }) => !told.has(id))
      return waiting.toSorted((a, b) => a.crossedAtMs - b.crossedAtMs).slice(0, limit)
    },
    async told(ids) {
      for (const id of ids) told.add(id)
    },
    async settings(customer) {
      return settings.get(customer) ?? null
    },
    async saveSettings(customer, after, audit) {
      settings.set(customer, after)
      appendAudit(db, audit)
    },
  }
}
