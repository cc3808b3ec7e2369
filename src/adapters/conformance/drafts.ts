import type { AuditEntryDraft } from '../../ports/audit-log.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import type { ApiKey } from '../../ports/key-store.ts'
import { sha256 } from '../system/hash.ts'
import { uuidV7Ids } from '../system/ids.ts'

/** Rows that the suites write: well-formed, each with ids of its own. */
export const START_MS = Date.UTC(2026, 10, 20, 12)
export const ids = uuidV7Ids()

export const auditDraft = (change: Partial<AuditEntryDraft> = {}): AuditEntryDraft => ({
  id: ids.next('aud', START_MS),
  actor: { kind: 'system', job: 'conformance' },
  action: 'policy.publish',
  target: 'anything',
  customer: null,
  reason: null,
  detail: {},
  atMs: START_MS,
  ...change,
})

export function apiKey(change: Partial<ApiKey> = {}): ApiKey {
  const id = ids.next('key', START_MS)
  return {
    id,
    customer: null,
    name: 'backend',
    prefix: 'sk_abcdefgh',
    secretHash: sha256(id),
    scopes: ['decide', 'read'],
    createdAtMs: START_MS,
    expiresAtMs: null,
    revokedAtMs: null,
    lastUsedAtMs: null,
    ...change,
  }
}

export const policyDocument = (title: string): PolicyDocument => ({
  title,
  meters: { tasks: { title: 'Tasks', unit: 'task' } },
  features: {
    'codex.task': { title: 'Codex task', meters: ['tasks'] },
    chat: { title: 'Chat', meters: ['tasks'] },
  },
  rateCard: { rates: [{ meter: 'tasks', microCredits: '1000000' }] },
  layers: ['included', 'allowance', 'credits'],
  tiers: { free: { title: 'Free', priority: 'low', features: '*', guards: [], windows: [] } },
  holds: { defaultTtlSeconds: 900, maxTtlSeconds: 86_400 },
  uncovered: { kind: 'absorb' },
})
