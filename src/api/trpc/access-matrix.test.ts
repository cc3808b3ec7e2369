import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PORTAL_ROWS, type PortalRow } from '../../../tests/api/portal-rows.ts'
import { type Caller, type IdentityWorld, identityWorld } from '../../../tests/identity-world.ts'
import { ROLES, STAFF_ROLES } from '../../core/identity/roles.ts'
import { wire } from '../../core/shared/wire.ts'
import { appRouter } from './router.ts'

const NOBODY = ['anonymous', 'signed out', 'removed'] as const
const PEOPLE = [...NOBODY, ...ROLES, ...STAFF_ROLES]
type Who = (typeof PEOPLE)[number]

async function sessionOf(world: IdentityWorld, who: Who, customer: string): Promise<string | null> {
  if (who === 'anonymous') return null
  const staffRole = STAFF_ROLES.find((role) => role === who)
  const role = ROLES.find((one) => one === who) ?? 'member'
  const memberships = staffRole === undefined ? [{ customer, role }] : []
  const email = `${who.replace(' ', '-')}-${world.engine.ids.next('usr', 0)}@example.com`
  const user = await world.person(email, { memberships, ...(staffRole !== undefined && { staffRole }) })
  const token = await world.session(user)
  if (who === 'signed out') await world.as(token).identity.signOut()
  if (who === 'removed') await world.as(token).team.leave()
  return token
}

/** What a call came to: `ok`, or the code and the words of its refusal. */
async function outcome(row: PortalRow, as: Caller, id: string): Promise<{ code: string; message: string }> {
  try {
    const answer = await row.ask(as, id)
    expect(wire.deserialize(JSON.parse(JSON.stringify(wire.serialize(answer) ?? null)))).toEqual(answer ?? null)
    return { code: 'ok', message: '' }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code === undefined) throw error
    return { code, message }
  }
}

function expected(row: PortalRow, who: Who): string {
  const through = row.answer ?? 'ok'
  if (row.for === 'anyone') return through
  if ((NOBODY as readonly string[]).includes(who)) return 'UNAUTHORIZED'
  return row.for === 'anyone signed in' || (row.for as readonly string[]).includes(who) ? through : 'FORBIDDEN'
}

test('every procedure has a row', () => {
  expect(Object.keys(PORTAL_ROWS).toSorted()).toEqual(Object.keys(appRouter._def.procedures).toSorted())
})

describe.each(Object.entries(PORTAL_ROWS))('%s', (_, row) => {
  test('lets through whom it is for, and nobody else', async () => {
    const world = await identityWorld()
    const house = await world.customer('House')
    // so that nobody below is the last owner
    await world.person('first@example.com', { memberships: [{ customer: house, role: 'owner' }] })
    const fared: Record<string, string> = {}
    for (const who of PEOPLE) {
      const id = (await row.target?.(world, house)) ?? ''
      fared[who] = (await outcome(row, world.as(await sessionOf(world, who, house)), id)).code
    }
    expect(fared).toEqual(Object.fromEntries(PEOPLE.map((who) => [who, expected(row, who)])))
  })
})

const WITH_TARGET = Object.entries(PORTAL_ROWS).flatMap(([name, row]) =>
  row.target === undefined ? [] : [[name, row, row.target] as const],
)

describe.each(WITH_TARGET)('%s', (_, row, target) => {
  test('answers another customer’s as one that does not exist', async () => {
    const world = await identityWorld()
    const [house, other] = [await world.customer('House'), await world.customer('Other')]
    const owner = world.as(await sessionOf(world, 'owner', house))
    const theirs = await target(world, other)
    const others = await outcome(row, owner, theirs)
    expect(others).toEqual(await outcome(row, owner, theirs.replace(/[0-9a-f]{32}$/, '0'.repeat(32))))
    expect(others.code).toBe(row.absent ?? 'NOT_FOUND')
    // and nothing happened to it
    expect((await outcome(row, world.as(await sessionOf(world, 'owner', other)), theirs)).code).toBe('ok')
  })
})

test('no change takes a field that it does not know, such as a role, a customer or a balance', () => {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: ProcedureDef }>)
  const inputs = procedures.flatMap(([name, { _def }]) =>
    _def.type === 'mutation' && _def.inputs[0] !== undefined ? [{ name, input: _def.inputs[0] }] : [],
  )
  expect(inputs.length).toBeGreaterThan(15)
  expect(inputs.filter(({ input }) => !isStrict(input)).map(({ name }) => name)).toEqual([])
})

interface ProcedureDef {
  readonly type: string
  readonly inputs: readonly unknown[]
}

/** A strict object of zod: whatever else is in it must be `never`. */
const isStrict = (schema: unknown): boolean =>
  (schema as { def?: { catchall?: { def?: { type?: string } } } }).def?.catchall?.def?.type === 'never'

/** What renders or answers outside of procedures, and who decides who may. */
const PUBLIC_PAGES = [
  '(public)/checkout/test/[id]/page.tsx',
  '(public)/choose/page.tsx',
  '(public)/docs/problems/[slug]/page.tsx',
  '(public)/invite/[token]/page.tsx',
  '(public)/outbox/[id]/page.tsx',
  '(public)/outbox/page.tsx',
  '(public)/page.tsx',
  '(public)/set-password/[token]/page.tsx',
  '(public)/sign-in/check-mail/page.tsx',
  '(public)/sign-in/forgot/page.tsx',
  '(public)/sign-in/link/[token]/page.tsx',
  '(public)/sign-in/page.tsx',
]
const ROUTES = ['api/auth/[...nextauth]/route.ts', 'api/trpc/[trpc]/route.ts']

describe('pages and routes', () => {
  const files = readdirSync('app', { recursive: true, encoding: 'utf8' })
  const pages = files.filter((file) => file.endsWith('page.tsx'))

  test('every route is known', () => {
    expect(files.filter((file) => file.endsWith('route.ts')).toSorted()).toEqual(ROUTES)
  })

  test('a page is for anyone only when it is listed', () => {
    const open = pages.filter((file) => !/require(Viewer|Staff)\(\)/.test(readFileSync(join('app', file), 'utf8')))
    expect(open.filter((file) => !PUBLIC_PAGES.includes(file))).toEqual([])
  })
})
