import { describe, expect, test } from 'vitest'
import {
  keepsAnOwner,
  may,
  membershipIn,
  type Permission,
  permissionsOf,
  ROLES,
  STAFF_ROLES,
  type StaffPermission,
  staffMay,
} from './roles.ts'

describe('what roles may', () => {
  test('what is listed for a role is what it may', () => {
    for (const role of ROLES) {
      const listed = permissionsOf(role)
      expect(listed.every((permission) => may(role, permission))).toBe(true)
      expect(listed.includes('webhook.manage')).toBe(role === 'owner')
      expect(listed.includes('credits.buy')).toBe(role !== 'member')
      expect(listed).toContain('access.read')
    }
  })

  const rows: [Permission, string][] = [
    ['access.read', 'owner billing member'],
    ['team.read', 'owner billing member'],
    ['key.read', 'owner billing member'],
    ['credits.buy', 'owner billing'],
    ['limit.request', 'owner billing'],
    ['case.open', 'owner billing member'],
    ['consent.change', 'owner billing'],
    ['team.manage', 'owner'],
    ['key.manage', 'owner'],
    ['customer.change', 'owner'],
  ]
  test.each(rows)('%s: %s', (permission, roles) => {
    expect(ROLES.filter((role) => may(role, permission)).join(' ')).toBe(roles)
    expect(may(null, permission)).toBe(false)
  })

  const staff: [StaffPermission, string][] = [
    ['customers.read', 'admin support auditor'],
    ['audit.read', 'admin auditor'],
    ['case.answer', 'admin support'],
    ['credits.adjust', 'admin'],
    ['policy.change', 'admin'],
    ['staff.manage', 'admin'],
  ]
  test.each(staff)('on staff, %s: %s', (permission, roles) => {
    expect(STAFF_ROLES.filter((role) => staffMay(role, permission)).join(' ')).toBe(roles)
    expect(staffMay(null, permission)).toBe(false)
  })
})

describe('where somebody is', () => {
  const [a, b] = [
    { customer: 'cus_a', role: 'owner' },
    { customer: 'cus_b', role: 'member' },
  ] as const
  test.each([
    ['who never chose is where they joined first', [a, b], null, a],
    ['who chose is there', [a, b], 'cus_b', b],
    ['who lost it is nowhere, whatever else they have', [a], 'cus_b', null],
    ['who belongs nowhere is nowhere', [], null, null],
  ])('%s', (_, memberships, chosen, expected) => {
    expect(membershipIn(memberships, chosen)).toEqual(expected)
  })
})

test.each([
  ['the only owner leaves', [['u', 'owner']], { user: 'u', role: null }, false],
  [
    'the only owner becomes billing',
    [
      ['u', 'owner'],
      ['v', 'member'],
    ],
    { user: 'u', role: 'billing' },
    false,
  ],
  [
    'one of two leaves',
    [
      ['u', 'owner'],
      ['v', 'owner'],
    ],
    { user: 'u', role: null },
    true,
  ],
  [
    'a member leaves',
    [
      ['u', 'owner'],
      ['v', 'member'],
    ],
    { user: 'v', role: null },
    true,
  ],
  ['an owner stays one', [['u', 'owner']], { user: 'u', role: 'owner' }, true],
] as const)('a customer keeps an owner: %s', (_, members, change, expected) => {
  const all = members.map(([user, role]) => ({ user, role }))
  expect(keepsAnOwner(all, change)).toBe(expected)
})
