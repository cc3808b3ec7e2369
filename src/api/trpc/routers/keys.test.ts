import { beforeEach, expect, test } from 'vitest'
import { type Caller, type IdentityWorld, identityWorld, outcomeOf } from '../../../../tests/identity-world.ts'

let world: IdentityWorld
let owner: Caller
let house: string
beforeEach(async () => {
  world = await identityWorld()
  house = await world.customer('House')
  const ada = await world.person('ada@example.com', { memberships: [{ customer: house, role: 'owner' }] })
  owner = world.as(await world.session(ada))
})

const make = (name = 'Batch') => owner.keys.create({ name, scopes: ['decide', 'read'], days: 90 })
const fares = async (secret: string) => {
  const answer = await world.built.authenticator.authenticate(secret)
  return answer.kind === 'authenticated' ? answer.key.customer : answer.why
}

test('a secret is in the answer that made it, and in no other', async () => {
  const { key, secret } = await make()
  expect(await fares(secret)).toBe(house)
  const listed = await owner.keys.list()
  expect(listed.keys).toEqual([{ ...key, lastUsedAtMs: listed.keys[0]?.lastUsedAtMs }])
  expect(JSON.stringify(listed)).not.toContain(secret)
  expect(JSON.stringify(listed)).not.toContain(world.engine.hash(secret))
})

test('a revoked key is refused at its next use here', async () => {
  const { key, secret } = await make()
  expect(await fares(secret)).toBe(house)
  await owner.keys.revoke({ key: key.id })
  expect(await fares(secret)).toBe('revoked')
  expect((await owner.keys.list()).keys[0]?.standing).toBe('revoked')
  expect(await outcomeOf(owner.keys.revoke({ key: key.id }))).toBe('NOT_FOUND')
})

test('of a rotated key both secrets work until the old one’s end, and no third is made', async () => {
  const old = await make()
  const fresh = await owner.keys.rotate({ key: old.key.id, overlapHours: 24 })
  expect([await fares(old.secret), await fares(fresh.secret)]).toEqual([house, house])
  expect(await outcomeOf(owner.keys.rotate({ key: old.key.id, overlapHours: 24 }))).toBe('NOT_FOUND')
  world.clock.advance(24 * 3_600_000)
  expect([await fares(old.secret), await fares(fresh.secret)]).toEqual(['expired', house])
})

test('a customer’s key may never do what acts on others', async () => {
  const asked = { name: 'k', days: null, scopes: ['policy'] } as never
  expect(await outcomeOf(owner.keys.create(asked))).toBe('BAD_REQUEST')
})

test.each(['', '   ', 'two\nlines', 'turned \u202E around', 'x'.repeat(101)])(
  '%j is no name of a key',
  async (name) => {
    expect(await outcomeOf(make(name))).toBe('BAD_REQUEST')
  },
)
