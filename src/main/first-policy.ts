import type { PolicyDocument } from '../core/policy/document.ts'
import { assert } from '../core/shared/assert.ts'
import { validatePolicy } from '../core/policy/validate.ts'
import type { PolicyStore } from '../ports/policy-store.ts'
import type { Clock, Ids } from '../ports/system.ts'

/** Publishes version 1 where nothing was ever published; another process may have done so meanwhile. */
export async function publishFirstPolicy(
  ports: { readonly policyStore: PolicyStore; readonly clock: Clock; readonly ids: Ids },
  document: () => Promise<PolicyDocument>,
): Promise<void> {
  if ((await ports.policyStore.current()) !== null) return
  const first = await document()
  const problems = validatePolicy(first)
  assert(
    problems.length === 0,
    `the first policy is valid: ${problems.map(({ path, problem }) => `${path}: ${problem}`).join('; ')}`,
  )
  const atMs = ports.clock.nowMs()
  await ports.policyStore.publish({
    base: 0,
    document: first,
    note: 'The policy that a new installation starts with',
    atMs,
    audit: {
      id: ports.ids.next('aud', atMs),
      actor: { kind: 'system', job: 'install' },
      action: 'policy.publish',
      target: 'policy:1',
      customer: null,
      reason: null,
      detail: { base: 0 },
      atMs,
    },
  })
}
