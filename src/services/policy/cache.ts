import { compilePolicy } from '../../core/policy/compile.ts'
import type { Policy } from '../../core/policy/policy.ts'
import { assert } from '../../core/shared/assert.ts'
import type { PolicyStore, PolicyVersion } from '../../ports/policy-store.ts'
import type { ChangeSignals } from '../../ports/signals.ts'
import type { Every } from '../../ports/system.ts'
import type { Policies } from '../engine.ts'

export interface PolicyCache extends Policies {
  /** Looks for a newer version now; resolves when it is in force here. */
  refresh(): Promise<void>
  stop(): void
}

export interface PolicyCachePorts {
  readonly store: PolicyStore
  readonly signals: ChangeSignals
  readonly every: Every
  /** Told of a version that could not be fetched or compiled; the one in force stays. */
  readonly onFault: (error: unknown) => void
}

const POLL_MS = 500
/** Compiled versions kept beside the one in force: those that open holds and unsettled events cite. */
const KEPT_VERSIONS = 64

/**
 * Keeps compiled policies. A version is immutable, so what is known never goes stale; only which one is in force does,
 * and that is asked for every half second and at each signal. Throws when nothing was ever published.
 */
export async function openPolicyCache(ports: PolicyCachePorts): Promise<PolicyCache> {
  const known = new Map<number, Policy>()
  const loading = new Map<number, Promise<Policy | null>>()
  const first = await ports.store.current()
  assert(first !== null, 'a policy is published before the engine starts')
  let inForce = compilePolicy(first.document, first.version)
  known.set(first.version, inForce)
  let refreshing: Promise<void> | null = null

  function keep(version: PolicyVersion): Policy {
    const policy = compilePolicy(version.document, version.version)
    known.set(version.version, policy)
    for (const old of known.keys()) {
      if (known.size <= KEPT_VERSIONS) break
      if (old !== inForce.version) known.delete(old)
    }
    return policy
  }

  async function fetch(version: number): Promise<Policy | null> {
    const stored = await ports.store.version(version)
    return stored && keep(stored)
  }

  function load(version: number): Promise<Policy | null> {
    const policy = get(version)
    if (policy) return Promise.resolve(policy)
    let running = loading.get(version)
    if (running === undefined) {
      running = fetch(version).finally(() => loading.delete(version))
      loading.set(version, running)
    }
    return running
  }

  function get(version: number): Policy | undefined {
    const policy = known.get(version)
    if (policy === undefined) return undefined
    // Asked for again: the last to be dropped.
    known.delete(version)
    known.set(version, policy)
    return policy
  }

  async function adoptNewest(): Promise<void> {
    const [newest] = await ports.store.versions(1)
    if (newest === undefined || newest.version <= inForce.version) return
    const policy = await load(newest.version)
    if (policy !== null && policy.version > inForce.version) inForce = policy
  }

  function refresh(): Promise<void> {
    refreshing ??= adoptNewest().finally(() => {
      refreshing = null
    })
    return refreshing
  }

  /** A signal may come while a look is under way that began before the publish: look once more after it. */
  async function refreshTo(version: number): Promise<void> {
    if (version <= inForce.version) return
    await refresh()
    if (version > inForce.version) await refresh()
  }

  const stopPolling = ports.every(POLL_MS, refresh)
  const stopListening = ports.signals.onPolicy((version) => void refreshTo(version).catch(ports.onFault))

  return {
    current: () => inForce,
    get,
    load,
    refresh,
    stop() {
      stopPolling()
      stopListening()
    },
  }
}
