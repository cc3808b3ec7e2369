import type { CustomerId, HoldId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'
import { BoundedMemory } from './bounded-memory.ts'

const OWNERS_BOUND = 50_000
const owners = new WeakMap<Engine, BoundedMemory<HoldId, CustomerId>>()

function ownersOf(engine: Engine): BoundedMemory<HoldId, CustomerId> {
  let known = owners.get(engine)
  if (known === undefined) owners.set(engine, (known = new BoundedMemory(OWNERS_BOUND)))
  return known
}

/** A hold never changes its owner, so what is remembered here cannot go stale. */
export function rememberOwner(engine: Engine, hold: HoldId, customer: CustomerId): void {
  ownersOf(engine).set(hold, customer)
}

/** Whose hold it is; null when there is no such hold. */
export async function ownerOf(engine: Engine, hold: HoldId): Promise<CustomerId | null> {
  const known = ownersOf(engine).get(hold)
  if (known !== undefined) return known
  const stored = await engine.readers.hold(hold)
  if (stored === null) return null
  rememberOwner(engine, hold, stored.customer)
  return stored.customer
}
