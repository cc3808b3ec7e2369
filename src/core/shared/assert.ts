/** A broken invariant: a defect in Spillway, never a caller's mistake. */
export class InvariantBroken extends Error {
  override readonly name = 'InvariantBroken'
}

export function assert(condition: boolean, invariant: string): asserts condition {
  if (!condition) throw new InvariantBroken(invariant)
}

/** Ends a switch over a union: a new member fails to compile here. */
export function unreachable(value: never): never {
  throw new InvariantBroken(`unreachable: ${String(value)}`)
}
