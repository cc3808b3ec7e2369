import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { permissionsOf, ROLES, type Role } from '../../core/identity/roles.ts'
import { KeysDialog } from './keys-dialog.tsx'
import { placesFor } from './places.ts'
import { PlaceLinks } from './rail.tsx'

vi.mock('next/navigation', () => ({ usePathname: () => '/app' }))
afterEach(cleanup)

const EVERYBODY = [
  'Overview',
  'Decisions',
  'Usage',
  'Credits',
  'Purchases',
  'Alerts and caps',
  'Limits',
  'Cases',
  'API keys',
  'Team',
  'Settings',
]
const MORE: Record<Role, string[]> = { owner: ['Auto top-up', 'Webhooks'], billing: ['Auto top-up'], member: [] }

describe.each(ROLES)('to a person with the role %s', (role) => {
  const may = [...permissionsOf(role)]
  const expected = [...EVERYBODY, ...MORE[role]].toSorted()

  test('the rail shows the places that this role may use, and no other', () => {
    render(<PlaceLinks may={may} />)
    const links = screen.getAllByRole('link').map((link) => link.querySelector('span')?.textContent ?? '')
    expect(links.toSorted()).toEqual(expected)
  })

  test('the list of keys names the same', () => {
    render(<KeysDialog open onOpenChange={() => {}} opener={{ current: null }} may={may} />)
    const named = screen.getAllByRole('definition').map((one) => one.textContent)
    expect(named.filter((name) => [...EVERYBODY, ...MORE.owner].includes(name)).toSorted()).toEqual(expected)
  })
})

test('each place has a letter and an address of its own', () => {
  const all = placesFor([...permissionsOf('owner')])
  expect(new Set(all.map(({ key }) => key)).size).toBe(all.length)
  expect(new Set(all.map(({ href }) => href)).size).toBe(all.length)
})
