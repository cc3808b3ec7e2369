import { beforeEach, expect, test } from 'vitest'
import { type Caller, type IdentityWorld, identityWorld, outcomeOf } from '../../../../tests/identity-world.ts'
import { replyToCase } from '../../../services/case/reply.ts'
import { demoActor } from '../../../simulator/actor.ts'

let world: IdentityWorld
let owner: Caller
let house: string
let decision: string
beforeEach(async () => {
  world = await identityWorld()
  house = await world.customer('House')
  const ada = await world.person('ada@example.com', { memberships: [{ customer: house, role: 'owner' }] })
  owner = world.as(await world.session(ada))
  const ask = { subject: 's', feature: 'work', usage: { units: 3 }, attributes: {}, atMs: world.clock.nowMs() }
  decision = (await demoActor(world.engine, house).consume(ask)).id
})

const open = (body = 'Why three?') => owner.cases.open({ about: { kind: 'decision', id: decision }, body })
const staff = { customer: null, id: `usr_${'b'.repeat(32)}`, name: 'Tomas' }

test('opening again leads to the case that runs, from the list and from the record', async () => {
  const first = await open()
  expect(await open('Again')).toEqual({ kind: 'running', id: first.id })
  expect(await owner.cases.running({ about: decision })).toBe(first.id)
  expect((await owner.cases.list()).cases).toMatchObject([{ id: first.id, title: 'Work: allowed', state: 'open' }])
  await owner.cases.close({ id: first.id })
  expect(await owner.cases.running({ about: decision })).toBeNull()
  expect((await open()).kind).toBe('opened')
})

test('what is read has the evidence and the words, and no id of anybody', async () => {
  const { id } = await open('First line\r\nsecond\tline')
  await replyToCase(world.engine, { id, by: staff, body: 'Because.' })
  const view = await owner.cases.read({ id })
  expect(view.file).toMatchObject({ state: 'answered', evidence: { decision: { id: decision } } })
  expect(view.messages.map(({ side, authorName, body }) => [side, authorName, body])).toEqual([
    ['customer', 'ada', 'First line\nsecond\tline'],
    ['staff', 'Tomas', 'Because.'],
  ])
  expect(JSON.stringify(view, (_, value) => (typeof value === 'bigint' ? `${value}` : value))).not.toContain('usr_')
})

test('a closed case takes no more, and says so', async () => {
  const { id } = await open()
  await owner.cases.close({ id })
  expect(await outcomeOf(owner.cases.reply({ id, body: 'Late' }))).toBe('CONFLICT')
  expect(await outcomeOf(owner.cases.close({ id }))).toBe('CONFLICT')
  expect((await owner.cases.read({ id })).messages).toHaveLength(1)
})

test.each(['', ' \n ', 'x'.repeat(4_001), 'a\u0000b', 'turned \u2067 around'])('%j is no message', async (body) => {
  expect(await outcomeOf(open(body))).toBe('BAD_REQUEST')
  const { id } = await open()
  expect(await outcomeOf(owner.cases.reply({ id, body }))).toBe('BAD_REQUEST')
})

test.each(['joined \u{1F469}\u200D\u{1F4BB}', 'نیم\u200Cفاصله', 'three\nlines\n!'])('%j is one', async (body) => {
  const { id } = await open(body)
  expect((await owner.cases.read({ id })).messages[0]?.body).toBe(body)
})
