import type { CustomerId } from '../shared/ids.ts'

/** Roles in a customer. */
export const ROLES = ['owner', 'billing', 'member'] as const
export type Role = (typeof ROLES)[number]

/** Roles on staff: people who run the service, not of any customer. */
export const STAFF_ROLES = ['admin', 'support', 'auditor'] as const
export type StaffRole = (typeof STAFF_ROLES)[number]

/** What people do within one customer, and who may. */
const WITHIN_A_CUSTOMER = {
  'access.read': ['owner', 'billing', 'member'],
  'case.open': ['owner', 'billing', 'member'],
  'limit.request': ['owner', 'billing'],
  'alert.manage': ['owner', 'billing', 'member'],
  'credits.buy': ['owner', 'billing'],
  'consent.change': ['owner', 'billing'],
  'cap.manage': ['owner', 'billing'],
  'export.make': ['owner', 'billing'],
  'team.read': ['owner', 'billing', 'member'],
  'team.manage': ['owner'],
  'key.read': ['owner', 'billing', 'member'],
  'key.manage': ['owner'],
  'webhook.manage': ['owner'],
  'customer.change': ['owner'],
} as const satisfies Record<string, readonly Role[]>
export type Permission = keyof typeof WITHIN_A_CUSTOMER

/** What staff do across customers, and who may. */
const ON_STAFF = {
  'customers.read': ['admin', 'support', 'auditor'],
  'operations.read': ['admin', 'support', 'auditor'],
  'audit.read': ['admin', 'auditor'],
  'reconcile.run': ['admin', 'auditor'],
  'case.answer': ['admin', 'support'],
  'incident.manage': ['admin', 'support'],
  'customer.view_as': ['admin', 'support'],
  'credits.return': ['admin', 'support'],
  'credits.adjust': ['admin'],
  'customers.change': ['admin'],
  'policy.change': ['admin'],
  'load.change': ['admin'],
  'keys.manage': ['admin'],
  'staff.manage': ['admin'],
} as const satisfies Record<string, readonly StaffRole[]>
export type StaffPermission = keyof typeof ON_STAFF

/** Absence is never permission: somebody without a role may nothing. */
export const may = (role: Role | null, permission: Permission): boolean =>
  role !== null && (WITHIN_A_CUSTOMER[permission] as readonly Role[]).includes(role)

/** All that a role may, for whoever shows only what somebody can use. */
export const permissionsOf = (role: Role): readonly Permission[] =>
  (Object.keys(WITHIN_A_CUSTOMER) as Permission[]).filter((permission) => may(role, permission))

export const staffMay = (role: StaffRole | null, permission: StaffPermission): boolean =>
  role !== null && (ON_STAFF[permission] as readonly StaffRole[]).includes(role)

export interface Membership {
  readonly customer: CustomerId
  readonly role: Role
}

/**
 * Where somebody with these memberships is: where they chose to be, and nowhere once they lost that one; figures of
 * another customer never appear by themselves. Who never chose is where they joined first.
 */
export const membershipIn = <M extends Membership>(memberships: readonly M[], chosen: CustomerId | null): M | null =>
  (chosen === null ? memberships[0] : memberships.find(({ customer }) => customer === chosen)) ?? null

/**
 * Whether a customer still has an owner once `user` has `role` there; null: once they left. A customer without one
 * could not let anybody in again.
 */
export function keepsAnOwner(
  members: readonly { readonly user: string; readonly role: Role }[],
  change: { readonly user: string; readonly role: Role | null },
): boolean {
  return members.some(({ user, role }) => (user === change.user ? change.role : role) === 'owner')
}
