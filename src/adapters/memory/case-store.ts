import {
  CASE_LIST_LIMIT,
  CASE_MESSAGES,
  type CaseFile,
  type CaseMessage,
  type CaseStore,
  RUNNING_CASES,
} from '../../ports/case-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

export function memoryCaseStore(db: MemoryDatabase): CaseStore {
  const files = new Map<string, Omit<CaseFile, 'evidence'>>()
  const kept = new Map<string, CaseFile['evidence']>()
  const said = new Map<string, readonly CaseMessage[]>()

  return {
    async open({ evidence, ...file }, first, audit) {
      const running = [...files.values()].filter((one) => one.customer === file.customer && one.state !== 'closed')
      const same = running.find((one) => one.about.id === file.about.id)
      if (same !== undefined) return { kind: 'running', id: same.id }
      if (running.length >= RUNNING_CASES) return { kind: 'too_many' }
      files.set(file.id, { ...file, messages: 1 })
      kept.set(file.id, evidence)
      said.set(file.id, [{ ...first, number: 1 }])
      appendAudit(db, audit)
      return { kind: 'opened' }
    },
    async byId(id) {
      const file = files.get(id)
      const evidence = kept.get(id)
      return file && evidence ? { ...file, evidence } : null
    },
    async running(customer, about) {
      const found = [...files.values()].find(
        (one) => one.customer === customer && one.about.id === about && one.state !== 'closed',
      )
      return found?.id ?? null
    },
    async list(customer) {
      return [...files.values()]
        .filter((file) => file.customer === customer)
        .toSorted((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, CASE_LIST_LIMIT)
    },
    async waiting(limit) {
      return [...files.values()]
        .filter(({ state }) => state === 'open')
        .toSorted((a, b) => a.changedAtMs - b.changedAtMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit)
    },
    async messages(id) {
      return said.get(id) ?? []
    },
    async reply(id, message) {
      const file = files.get(id)
      if (file === undefined) return 'unknown'
      if (file.state === 'closed') return 'closed'
      if (file.messages >= CASE_MESSAGES) return 'full'
      const number = file.messages + 1
      const state = message.side === 'staff' ? 'answered' : 'open'
      files.set(id, { ...file, state, changedAtMs: message.writtenAtMs, messages: number })
      said.set(id, [...(said.get(id) ?? []), { ...message, number }])
      return 'added'
    },
    async close(id, atMs, audit) {
      const file = files.get(id)
      if (file === undefined || file.state === 'closed') return false
      files.set(id, { ...file, state: 'closed', changedAtMs: atMs })
      appendAudit(db, audit)
      return true
    },
  }
}
