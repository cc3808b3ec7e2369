import type { Policy } from '../../core/policy/policy.ts'
import type { Engine } from '../engine.ts'

/** Versions looked at: enough for 48 hours of publishing. */
const VERSIONS_BOUND = 200

interface Published {
  readonly current: number
  readonly versions: readonly { readonly version: number; readonly publishedAtMs: number }[]
}

const published = new WeakMap<Engine, Published>()

/** The policy that was in force at an instant; the oldest known one before that. */
export async function policyAt(engine: Engine, atMs: number): Promise<Policy> {
  const current = engine.policies.current()
  let known = published.get(engine)
  if (known === undefined || known.current !== current.version) {
    const versions = await engine.policyStore.versions(VERSIONS_BOUND)
    known = { current: current.version, versions: [...versions].sort((a, b) => b.version - a.version) }
    published.set(engine, known)
  }
  const inForce =
    known.versions.find((one) => one.version <= current.version && one.publishedAtMs <= atMs) ?? known.versions.at(-1)
  if (inForce === undefined || inForce.version === current.version) return current
  const policy = engine.policies.get(inForce.version) ?? (await engine.policies.load(inForce.version))
  if (policy === null) throw new Error(`policy version ${inForce.version} is listed but cannot be loaded`)
  return policy
}
