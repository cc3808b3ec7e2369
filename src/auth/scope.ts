import {
  type Membership,
  membershipIn,
  may,
  type Permission,
  type Role,
  type StaffPermission,
  type StaffRole,
  staffMay,
} from '../core/identity/roles.ts'
import type { CustomerId, SessionId, UserId } from '../core/shared/ids.ts'
import type { NamedMembership, SessionView, SignInMethod } from '../ports/identity-store.ts'

/** A signed-in person, with their roles as they are at this call. */
export interface Viewer {
  readonly id: UserId
  readonly name: string
  readonly email: string
  readonly session: SessionId
  /** How it was proven. */
  readonly signedInBy: SignInMethod
  readonly hasPassword: boolean
  readonly staffRole: StaffRole | null
  readonly memberships: readonly NamedMembership[]
  /** Where they are; null: in no customer, or not any more. */
  readonly membership: NamedMembership | null
}

/** The viewer of a session that lives; null for somebody who belongs nowhere any more: their session opens nothing. */
export function viewerOf({ session, user, memberships }: SessionView): Viewer | null {
  if (memberships.length === 0 && user.staffRole === null) return null
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    session: session.id,
    signedInBy: session.method,
    hasPassword: user.passwordHash !== null,
    staffRole: user.staffRole,
    memberships,
    membership: membershipIn(memberships, session.customer),
  }
}

/** The page where somebody is at home; `/choose` asks whoever lost the customer where they were. */
export const homeOf = (viewer: Viewer): '/app' | '/admin' | '/choose' =>
  viewer.membership !== null ? '/app' : viewer.memberships.length === 0 ? '/admin' : '/choose'

declare const proven: unique symbol

/** Proof that the viewer is a member of this customer. Made only by `customerScope`; procedures take nothing less. */
export interface CustomerScope {
  readonly [proven]: 'customer'
  readonly customer: CustomerId
  readonly role: Role
  readonly viewer: Viewer
}

/** The only cast to a proven scope of a customer: from a viewer whose session and membership were just read. */
export function customerScope(viewer: Viewer): CustomerScope | null {
  const at: Membership | null = viewer.membership
  return at === null ? null : ({ customer: at.customer, role: at.role, viewer } as CustomerScope)
}

/** Proof that the viewer is on staff. Made only by `staffScope`. */
export interface StaffScope {
  readonly [proven]: 'staff'
  readonly role: StaffRole
  readonly viewer: Viewer
}

export function staffScope(viewer: Viewer): StaffScope | null {
  return viewer.staffRole === null ? null : ({ role: viewer.staffRole, viewer } as StaffScope)
}

export const mayIn = (scope: CustomerScope, permission: Permission): boolean => may(scope.role, permission)
export const mayOnStaff = (scope: StaffScope, permission: StaffPermission): boolean => staffMay(scope.role, permission)
