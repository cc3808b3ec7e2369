import type { CustomerId } from '../core/shared/ids.ts'

export const ROLES = ['owner', 'billing', 'member'] as const
export type Role = (typeof ROLES)[number]

/** A signed-in person. */
export interface Viewer {
  readonly id: string
  readonly name: string
  readonly role: Role
  readonly customer: CustomerId
  /** How it was proven. */
  readonly signedInBy: 'demo'
}

declare const proven: unique symbol

/** Proof that the viewer may see this customer. Made only by `customerScope`; services and procedures take nothing less. */
export interface CustomerScope {
  readonly [proven]: true
  readonly customer: CustomerId
  readonly viewer: Viewer
}

/** The only cast to a proven scope: from a viewer whose session was verified. */
export function customerScope(viewer: Viewer): CustomerScope {
  return { customer: viewer.customer, viewer } as CustomerScope
}
