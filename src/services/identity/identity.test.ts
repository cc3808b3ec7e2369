import { beforeEach, describe, expect, test } from 'vitest'
import { ADDRESS, type IdentityWorld, identityWorld, outcomeOf, PASSWORD } from '../../../tests/identity-world.ts'
import type { User } from '../../ports/identity-store.ts'
import type { Passwords } from '../../ports/passwords.ts'
import { readSession } from './read-session.ts'
import { signInByPassword } from './sign-in-by-password.ts'
import { signInByProvider } from './sign-in-by-provider.ts'

let world: IdentityWorld
let house: string
let ada: User
beforeEach(async () => {
  world = await identityWorld()
  house = await world.customer('House')
  ada = await world.person('ada@example.com', { memberships: [{ customer: house, role: 'owner' }], password: true })
})

const attempt = (email: string, password: string, address = ADDRESS) =>
  signInByPassword(world.engine, { email, password, address })

describe('signing in by password', () => {
  test('an unknown address, one without a password, a wrong password and an endless one: one answer, one work', async () => {
    await world.person('linked@example.com', { memberships: [{ customer: house, role: 'member' }] })
    const compared: (string | null)[] = []
    const { passwords } = world.engine
    const counting: Passwords = {
      ...passwords,
      matches(password, stored) {
        compared.push(stored === null ? null : 'a hash')
        return passwords.matches(password, stored)
      },
    }
    const engine = { ...world.engine, passwords: counting }
    const answers = []
    for (const [email, password] of [
      ['nobody@example.com', PASSWORD],
      ['no address at all', PASSWORD],
      ['linked@example.com', ''],
      ['ada@example.com', 'another sentence'],
      ['ada@example.com', PASSWORD.repeat(1_000)],
    ] as const) {
      answers.push(JSON.stringify(await signInByPassword(engine, { email, password, address: ADDRESS })))
    }
    expect(new Set(answers)).toEqual(new Set(['{"kind":"refused"}']))
    // each is compared once, with a hash that costs the same: nobody's when there is none
    expect(compared).toEqual([null, null, null, 'a hash', null])
  })

  test('the address is recognised in any spelling', async () => {
    expect(await attempt(' ADA@example.com ', PASSWORD)).toMatchObject({ kind: 'recognised', user: { id: ada.id } })
  })

  test.each([
    ['an account that exists', 'ada@example.com'],
    ['one that does not', 'nobody@example.com'],
  ])('the sixth failure of %s waits, even with the right password, until the window is over', async (_, email) => {
    const kinds: string[] = []
    for (let i = 0; i < 5; i += 1) kinds.push((await attempt(email, 'wrong', `198.51.100.${i}`)).kind)
    expect(kinds).toEqual(Array(5).fill('refused'))
    expect(await attempt(email, PASSWORD, '203.0.113.9')).toEqual({ kind: 'throttled', retryAfterMs: 15 * 60_000 })
    world.clock.advance(15 * 60_000)
    expect((await attempt(email, PASSWORD)).kind).toBe(email === ada.email ? 'recognised' : 'refused')
  })

  test('six at once are counted each: the sixth waits', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => attempt(ada.email, 'wrong')))
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual([...Array(5).fill('refused'), 'throttled'])
  })

  test('an address that goes through accounts waits after 20, and then counts no more of them', async () => {
    for (let i = 0; i < 20; i += 1) expect((await attempt(`guess-${i}@example.com`, 'x')).kind).toBe('refused')
    for (let i = 0; i < 3; i += 1) expect((await attempt(ada.email, PASSWORD)).kind).toBe('throttled')
    for (let i = 0; i < 5; i += 1) expect((await attempt(ada.email, 'wrong', '203.0.113.9')).kind).toBe('refused')
  })

  test('an IPv6 network is one address: who has one has 2^64', async () => {
    for (let i = 0; i < 20; i += 1)
      expect((await attempt(`guess-${i}@example.com`, 'x', `2001:db8:1:2::${i.toString(16)}`)).kind).toBe('refused')
    expect((await attempt(ada.email, PASSWORD, '2001:db8:1:2:ffff::9')).kind).toBe('throttled')
    expect((await attempt(ada.email, PASSWORD, '2001:db8:1:3::9')).kind).toBe('recognised')
  })

  test('who signs in is no failure, however often', async () => {
    for (let i = 0; i < 25; i += 1) expect((await attempt(ada.email, PASSWORD)).kind).toBe('recognised')
  })
})

describe('a session', () => {
  test('dies at sign-out: its next call is nobody’s', async () => {
    const token = await world.session(ada)
    expect(await outcomeOf(world.as(token).team.list())).toBe('ok')
    await world.as(token).identity.signOut()
    expect(await outcomeOf(world.as(token).team.list())).toBe('UNAUTHORIZED')
  })

  test('is nobody’s under another token, a shortened one, or none', async () => {
    const token = await world.session(ada)
    for (const forged of [undefined, '', token.slice(1), `${token}A`, token.toUpperCase(), 'x'.repeat(43)])
      expect(await readSession(world.engine, forged)).toBeNull()
  })

  test('is over after a day without use, and after a week whatever the use', async () => {
    const [idle, used] = [await world.session(ada), await world.session(ada)]
    for (let hour = 0; hour < 24; hour += 1) {
      world.clock.advance(3_600_000)
      expect(await readSession(world.engine, used)).not.toBeNull()
    }
    expect(await readSession(world.engine, idle)).toBeNull()
    for (let hour = 0; hour < 6 * 24 - 1; hour += 1) {
      world.clock.advance(3_600_000)
      expect(await readSession(world.engine, used)).not.toBeNull()
    }
    world.clock.advance(3_600_000)
    expect(await readSession(world.engine, used)).toBeNull()
  })

  test('a role that is taken counts from the next call on', async () => {
    const ben = await world.person('ben@example.com', { memberships: [{ customer: house, role: 'owner' }] })
    const [owner, bens] = [world.as(await world.session(ada)), await world.session(ben)]
    const invite = () => world.as(bens).team.invite({ email: 'x@example.com', role: 'member' })
    expect(await outcomeOf(invite())).toBe('ok')
    await owner.team.changeRole({ user: ben.id, role: 'member' })
    expect(await outcomeOf(invite())).toBe('FORBIDDEN')
    expect(await outcomeOf(world.as(bens).team.list())).toBe('ok')
    await owner.team.remove({ user: ben.id })
    expect(await outcomeOf(world.as(bens).team.list())).toBe('UNAUTHORIZED')
  })

  test('who loses the customer where they are sees nothing of their others before they choose', async () => {
    const other = await world.customer('Other')
    const ben = await world.person('ben@example.com', {
      memberships: [
        { customer: house, role: 'member' },
        { customer: other, role: 'member' },
      ],
    })
    const token = await world.session(ben)
    expect((await world.as(token).team.customer()).name).toBe('House')
    await world.as(await world.session(ada)).team.remove({ user: ben.id })
    expect(await outcomeOf(world.as(token).team.customer())).toBe('FORBIDDEN')
    await world.as(token).identity.choose({ customer: other })
    expect((await world.as(token).team.customer()).name).toBe('Other')
    expect(await outcomeOf(world.as(token).identity.choose({ customer: house }))).toBe('NOT_FOUND')
  })

  test('a new password ends every other session', async () => {
    const [here, there] = [await world.session(ada), await world.session(ada)]
    const change = { current: PASSWORD, password: 'another short sentence' }
    expect(await world.as(here).identity.changePassword({ ...change, current: 'wrong' })).toEqual({ kind: 'wrong' })
    expect(await world.as(here).identity.changePassword(change)).toEqual({ kind: 'set' })
    expect(await outcomeOf(world.as(here).identity.me())).toBe('ok')
    expect(await outcomeOf(world.as(there).identity.me())).toBe('UNAUTHORIZED')
    expect((await attempt(ada.email, change.password)).kind).toBe('recognised')
  })

  test('one’s own can be ended from another, and nobody else’s', async () => {
    const ben = await world.person('ben@example.com', { memberships: [{ customer: house, role: 'owner' }] })
    const [here, there, bens] = [await world.session(ada), await world.session(ada), await world.session(ben)]
    const of = async (token: string) =>
      (await world.as(token).identity.sessions()).find(({ current }) => current)?.id ?? ''
    const end = async (session: string) => outcomeOf(world.as(here).identity.endSession({ session }))
    expect(await end(await of(bens))).toBe('NOT_FOUND')
    expect(await end(await of(there))).toBe('ok')
    expect(await outcomeOf(world.as(there).identity.me())).toBe('UNAUTHORIZED')
    expect(await outcomeOf(world.as(bens).identity.me())).toBe('ok')
  })
})

describe('links by mail', () => {
  const token = async (email: string) => (await world.mailedTo(email))[0]?.split('/').at(-1) ?? ''

  test('go to whoever has the address; nobody else is told whether somebody does', async () => {
    const ask = (email: string) => world.as(null).identity.sendLink({ email, purpose: 'sign_in' })
    expect(await ask('nobody@example.com')).toEqual(await ask(ada.email))
    expect(await world.mailedTo('nobody@example.com')).toEqual([])
    expect((await world.mailedTo(ada.email)).join()).toMatch(/^\/sign-in\/link\/[\w-]{43}$/)
  })

  test('are bounded per account, whether or not it exists', async () => {
    for (const email of [ada.email, 'nobody@example.com']) {
      const outcomes: string[] = []
      for (let i = 0; i < 6; i += 1)
        outcomes.push(await outcomeOf(world.as(null).identity.sendLink({ email, purpose: 'sign_in' })))
      expect(outcomes).toEqual([...Array(5).fill('ok'), 'TOO_MANY_REQUESTS'])
    }
  })

  test('set a password once, and end all sessions', async () => {
    const before = await world.session(ada)
    await world.as(null).identity.sendLink({ email: ada.email, purpose: 'set_password' })
    const link = await token(ada.email)
    const set = (password: string) => world.as(null).identity.setPasswordByLink({ token: link, password })
    expect((await world.engine.mails.latest(1))[0]?.content.template).toBe('set_password_link')
    expect(await set('short')).toEqual({ kind: 'refused', why: 'too_short' })
    expect(await set('another short sentence')).toEqual({ kind: 'set', email: ada.email })
    expect(await outcomeOf(set('another short sentence'))).toBe('NOT_FOUND')
    expect(await outcomeOf(world.as(before).identity.me())).toBe('UNAUTHORIZED')
  })

  test('for signing in set no password', async () => {
    await world.as(null).identity.sendLink({ email: ada.email, purpose: 'sign_in' })
    const set = world.as(null).identity.setPasswordByLink({ token: await token(ada.email), password: PASSWORD })
    expect(await outcomeOf(set)).toBe('NOT_FOUND')
  })
})

describe('an invitation', () => {
  const invite = async (email: string, role: 'owner' | 'member' = 'member') => {
    await world.as(await world.session(ada)).team.invite({ email, role })
    return (await world.mailedTo(email))[0]?.split('/').at(-1) ?? ''
  }
  const newcomer = { name: 'Grace', password: 'a sentence of hers' }

  test('makes a member of somebody new, once', async () => {
    const token = await invite('grace@example.com')
    const accept = () => world.as(null).identity.acceptInvitation({ token, newcomer })
    expect(await world.as(null).identity.invitation({ token })).toMatchObject({ customerName: 'House', known: false })
    expect(await accept()).toEqual({ kind: 'accepted', email: 'grace@example.com' })
    expect(await outcomeOf(accept())).toBe('NOT_FOUND')
    expect((await attempt('grace@example.com', newcomer.password)).kind).toBe('recognised')
    const { members } = await world.as(await world.session(ada)).team.list()
    expect(members.map(({ name, role }) => `${name} ${role}`)).toEqual(['ada owner', 'Grace member'])
  })

  test('does not sign in whoever has the address already, and is for nobody else', async () => {
    const other = await world.customer('Other')
    const ben = await world.person('ben@example.com', { memberships: [{ customer: other, role: 'owner' }] })
    const eve = await world.person('eve@example.com', { memberships: [{ customer: other, role: 'owner' }] })
    const token = await invite('ben@example.com')
    const asWho = async (session: string | null, as: typeof newcomer | null) =>
      (await world.as(session).identity.acceptInvitation({ token, newcomer: as })).kind
    expect(await asWho(null, newcomer)).toBe('sign_in_first')
    expect(await asWho(await world.session(eve), null)).toBe('for_another')
    expect(await outcomeOf(asWho(null, null))).toBe('UNAUTHORIZED')
    const bens = await world.session(ben)
    expect(await asWho(bens, null)).toBe('accepted')
    expect((await world.as(bens).team.customer()).name).toBe('House')
  })

  test.each([
    ['expired', async () => world.clock.advance(7 * 86_400_000)],
    [
      'taken back',
      async () => {
        const owner = world.as(await world.session(ada))
        const { invitations } = await owner.team.list()
        await owner.team.revokeInvitation({ invitation: invitations[0]?.id ?? '' })
      },
    ],
    ['replaced by a newer one', () => invite('grace@example.com')],
  ])('is over once it is %s', async (_, end) => {
    const token = await invite('grace@example.com')
    await end()
    expect(await outcomeOf(world.as(null).identity.acceptInvitation({ token, newcomer }))).toBe('NOT_FOUND')
  })
})

describe('a provider', () => {
  const claims = { issuer: 'https://id.example', subject: 's-1', email: 'ADA@example.com', emailVerified: true }

  test('is believed for addresses that it verified, and binds its subject to the person', async () => {
    expect(await signInByProvider(world.engine, { ...claims, emailVerified: false })).toBeNull()
    expect((await signInByProvider(world.engine, claims))?.id).toBe(ada.id)
    // bound: whatever address the provider says from now on
    const later = { ...claims, email: 'new@example.com', emailVerified: false }
    expect((await signInByProvider(world.engine, later))?.id).toBe(ada.id)
    expect(await signInByProvider(world.engine, { ...later, issuer: 'https://other.example' })).toBeNull()
  })

  test('that gave the address to somebody else lets nobody into the first one’s account', async () => {
    expect((await signInByProvider(world.engine, claims))?.id).toBe(ada.id)
    expect(await signInByProvider(world.engine, { ...claims, subject: 's-2' })).toBeNull()
    expect((await signInByProvider(world.engine, claims))?.id).toBe(ada.id)
  })

  test('makes nobody: who was not invited stays outside', async () => {
    expect(await signInByProvider(world.engine, { ...claims, email: 'stranger@example.com' })).toBeNull()
  })
})

test('nobody’s secret is in the audit log', async () => {
  const token = await world.session(ada)
  await world.as(token).team.invite({ email: 'grace@example.com', role: 'member' })
  await world.as(token).identity.changePassword({ current: PASSWORD, password: 'another short sentence' })
  const mailed = (await world.mailedTo('grace@example.com'))[0]?.split('/').at(-1) ?? ''
  const audit = JSON.stringify(await world.engine.audit.page(null, 500))
  expect(audit).toContain('member.invite')
  for (const secret of [token, mailed, PASSWORD, 'another short sentence', '$argon2id'])
    expect(audit).not.toContain(secret)
})
