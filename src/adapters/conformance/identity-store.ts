import { beforeAll, describe, expect, test } from 'vitest'
import type { AuditLog } from '../../ports/audit-log.ts'
import type { IdentityStore, Invitation, Session, User } from '../../ports/identity-store.ts'
import type { Role } from '../../core/identity/roles.ts'
import { sha256 } from '../system/hash.ts'
import { auditDraft, ids, START_MS } from './drafts.ts'

interface Opened {
  readonly store: IdentityStore
  readonly audit: AuditLog
  /** A customer that exists. */
  customer(name: string): Promise<string>
}

/** What every identity store must do. `open` gives an empty one, and the audit log beside it. */
export function identityStoreConformance(open: () => Promise<Opened>): void {
  let store: IdentityStore
  let audit: AuditLog
  let customerNamed: Opened['customer']
  beforeAll(async () => {
    const opened = await open()
    ;({ store, audit } = opened)
    customerNamed = opened.customer
  })

  let made = 0
  const draftUser = (change: Partial<User> = {}): User => ({
    id: ids.next('usr', START_MS),
    email: `user-${(made += 1)}@example.com`,
    name: 'Ada',
    passwordHash: null,
    staffRole: null,
    createdAtMs: START_MS,
    ...change,
  })
  const user = async (change: Partial<User> = {}) => {
    const one = draftUser(change)
    expect(await store.createUser(one, auditDraft())).toBe('created')
    return one
  }
  const session = async (of: User, change: Partial<Session> = {}) => {
    const id = ids.next('ses', START_MS)
    const one: Session = {
      id,
      user: of.id,
      tokenHash: sha256(id),
      customer: null,
      method: 'password',
      agent: 'Firefox',
      createdAtMs: START_MS,
      seenAtMs: START_MS,
      expiresAtMs: START_MS + 1_000,
      endedAtMs: null,
      ...change,
    }
    await store.openSession(one, auditDraft())
    return one
  }
  const member = async (of: User, customer: string, role: Role, joinedAtMs = START_MS) =>
    store.addMember({ user: of.id, customer, role, joinedAtMs }, auditDraft())
  const invitation = async (by: User, customer: string, change: Partial<Invitation> = {}) => {
    const id = ids.next('inv', START_MS)
    const one: Invitation = {
      id,
      customer,
      email: `invited-${(made += 1)}@example.com`,
      role: 'member',
      tokenHash: sha256(id),
      invitedBy: by.id,
      createdAtMs: START_MS,
      expiresAtMs: START_MS + 1_000,
      acceptedAtMs: null,
      revokedAtMs: null,
      ...change,
    }
    await store.invite(one, auditDraft())
    return one
  }
  const link = async (of: User, expiresAtMs = START_MS + 1_000) => {
    const tokenHash = sha256(ids.next('ses', START_MS))
    await store.makeLink({ tokenHash, purpose: 'sign_in', user: of.id, createdAtMs: START_MS, expiresAtMs })
    return tokenHash
  }
  const audited = async (work: () => Promise<unknown>) => {
    const before = await audit.head()
    await work()
    return (await audit.head()).seq - before.seq
  }
  const nobody = `usr_${'0'.repeat(32)}`

  describe('a user', () => {
    test('is found by id and by address, as they were made', async () => {
      const one = await user({ name: 'Zoë "x"', staffRole: 'auditor', passwordHash: '$argon2id$v=19$x' })
      expect(await store.userById(one.id)).toEqual(one)
      expect(await store.userByEmail(one.email)).toEqual(one)
      expect(await store.staff()).toContainEqual(one)
    })

    test.each(['', 'usr_x', nobody, `cus_${'0'.repeat(32)}`])('"%s" is nobody', async (id) => {
      expect(await store.userById(id)).toBeNull()
    })

    test('of five at once with one address, one is made and audited', async () => {
      const email = 'once@example.com'
      const changes = await audited(async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 5 }, () => store.createUser(draftUser({ email }), auditDraft())),
        )
        expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1)
      })
      expect(changes).toBe(1)
    })

    test('is renamed and changes role on staff', async () => {
      const one = await user()
      expect(await store.rename(one.id, 'Grace', auditDraft())).toBe(true)
      expect(await store.setStaffRole(one.id, 'support', auditDraft())).toBe(true)
      expect(await store.userById(one.id)).toEqual({ ...one, name: 'Grace', staffRole: 'support' })
      expect(await store.setStaffRole(one.id, null, auditDraft())).toBe(true)
      expect((await store.staff()).map(({ id }) => id)).not.toContain(one.id)
    })

    test('who is not there is not changed, and nothing is audited', async () => {
      const changes = await audited(async () => {
        expect(await store.rename(nobody, 'x', auditDraft())).toBe(false)
        expect(await store.setStaffRole(nobody, 'admin', auditDraft())).toBe(false)
        const change = { user: nobody, passwordHash: '$argon2id$x', keep: null, atMs: START_MS }
        expect(await store.setPassword(change, auditDraft())).toBe(false)
      })
      expect(changes).toBe(0)
    })

    test('is bound to a provider’s subject once', async () => {
      const [one, other] = [await user(), await user()]
      const at = { issuer: 'https://id.example', subject: one.id }
      expect(await store.userByProvider(at)).toBeNull()
      expect(await store.bindProvider({ ...at, user: one.id, atMs: START_MS }, auditDraft())).toBe('bound')
      expect(await store.bindProvider({ ...at, user: other.id, atMs: START_MS }, auditDraft())).toBe('taken')
      expect(await store.userByProvider(at)).toEqual(one)
      expect(await store.userByProvider({ ...at, issuer: 'https://other.example' })).toBeNull()
    })

    test('has one subject at a provider: an address that was given to somebody else there is not the same person', async () => {
      const one = await user()
      const bind = (subject: string, issuer = 'https://id.example') =>
        store.bindProvider({ issuer, subject: `${one.id}/${subject}`, user: one.id, atMs: START_MS }, auditDraft())
      expect(await bind('first')).toBe('bound')
      expect(await bind('second')).toBe('taken')
      expect(await store.userByProvider({ issuer: 'https://id.example', subject: `${one.id}/second` })).toBeNull()
      expect(await bind('first', 'https://other.example')).toBe('bound')
      const late = await user()
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          store.bindProvider(
            { issuer: 'https://id.example', subject: `${late.id}/${i}`, user: late.id, atMs: START_MS },
            auditDraft(),
          ),
        ),
      )
      expect(outcomes.filter((outcome) => outcome === 'bound')).toHaveLength(1)
    })
  })

  describe('a session', () => {
    test('is read with its user and their memberships, in the order of joining', async () => {
      const one = await user()
      const [first, second] = [await customerNamed('First'), await customerNamed('Second')]
      await member(one, second, 'member', START_MS + 2)
      await member(one, first, 'owner', START_MS + 1)
      const opened = await session(one, { customer: first })
      expect(await store.session(opened.tokenHash)).toEqual({
        session: opened,
        user: one,
        memberships: [
          { customer: first, customerName: 'First', role: 'owner', joinedAtMs: START_MS + 1 },
          { customer: second, customerName: 'Second', role: 'member', joinedAtMs: START_MS + 2 },
        ],
      })
      expect(await store.session(sha256('another'))).toBeNull()
    })

    test('is ended once, by its own user', async () => {
      const [one, other] = [await user(), await user()]
      const opened = await session(one)
      const end = (by: User) => store.endSession({ session: opened.id, user: by.id, atMs: START_MS + 5 }, auditDraft())
      const changes = await audited(async () => {
        expect(await end(other)).toBe(false)
        expect(await end(one)).toBe(true)
        expect(await end(one)).toBe(false)
      })
      expect(changes).toBe(1)
      expect((await store.session(opened.tokenHash))?.session.endedAtMs).toBe(START_MS + 5)
      expect(await store.endSession({ session: 'x', user: one.id, atMs: 1 }, auditDraft())).toBe(false)
    })

    test('remembers its latest use and where its person chose to be', async () => {
      const opened = await session(await user())
      const customer = await customerNamed('Chosen')
      await store.seen(opened.id, START_MS + 20)
      await store.seen(opened.id, START_MS + 10)
      await store.choose(opened.id, customer)
      const read = await store.session(opened.tokenHash)
      expect(read?.session).toEqual({ ...opened, seenAtMs: START_MS + 20, customer })
    })

    test('is listed while it is live, the latest seen first', async () => {
      const one = await user()
      const early = await session(one)
      const late = await session(one, { seenAtMs: START_MS + 9 })
      await session(one, { endedAtMs: START_MS })
      await session(one, { expiresAtMs: START_MS + 10 })
      await session(await user())
      expect(await store.sessionsOf(one.id, START_MS + 10)).toEqual([late, early])
    })

    test('of somebody with a new password is over, but for the one that set it; links too', async () => {
      const one = await user()
      const [kept, lost] = [await session(one), await session(one)]
      const others = await session(await user())
      const tokenHash = await link(one)
      const change = { user: one.id, passwordHash: '$argon2id$new', keep: kept.id, atMs: START_MS + 3 }
      expect(await store.setPassword(change, auditDraft())).toBe(true)
      const endOf = async (of: Session) => (await store.session(of.tokenHash))?.session.endedAtMs
      expect([await endOf(kept), await endOf(lost), await endOf(others)]).toEqual([null, START_MS + 3, null])
      expect(await store.linkHolder({ tokenHash, purpose: 'sign_in', nowMs: START_MS })).toBeNull()
      expect((await store.userById(one.id))?.passwordHash).toBe('$argon2id$new')
    })

    test('is purged after its end, so many at a time', async () => {
      const one = await user()
      const old = [
        await session(one, { expiresAtMs: 1 }),
        await session(one, { expiresAtMs: 2 }),
        await session(one, { expiresAtMs: 3 }),
      ]
      expect(await store.purgeSessions(3, 1)).toBe(1)
      expect(await store.purgeSessions(3, 10)).toBe(1)
      const left = await Promise.all(old.map((each) => store.session(each.tokenHash)))
      expect(left.map((view) => view !== null)).toEqual([false, false, true])
    })
  })

  describe('members', () => {
    test('are listed in the order of joining; who is one already stays as they are', async () => {
      const customer = await customerNamed('Team')
      const [one, two] = [await user({ name: 'One' }), await user({ name: 'Two' })]
      await member(two, customer, 'member', START_MS + 2)
      await member(one, customer, 'owner', START_MS + 1)
      expect(await audited(async () => expect(await member(one, customer, 'billing')).toBe('exists'))).toBe(0)
      expect(await store.members(customer)).toEqual([
        { user: one.id, email: one.email, name: 'One', role: 'owner', joinedAtMs: START_MS + 1 },
        { user: two.id, email: two.email, name: 'Two', role: 'member', joinedAtMs: START_MS + 2 },
      ])
      expect(await store.membershipsOf(two.id)).toEqual([
        { customer, customerName: 'Team', role: 'member', joinedAtMs: START_MS + 2 },
      ])
    })

    test('change role and leave', async () => {
      const customer = await customerNamed('Team')
      const [one, two] = [await user(), await user()]
      await member(one, customer, 'owner')
      await member(two, customer, 'member')
      const change = (user: string, role: Role | null) => store.changeMember({ user, customer, role }, auditDraft())
      expect(await change(two.id, 'billing')).toBe('changed')
      expect((await store.membershipsOf(two.id))[0]?.role).toBe('billing')
      expect(await change(two.id, null)).toBe('changed')
      expect(await store.membershipsOf(two.id)).toEqual([])
      expect(await audited(async () => expect(await change(two.id, null)).toBe('unknown'))).toBe(0)
    })

    test.each([
      { name: 'leaves', role: null },
      { name: 'becomes a member', role: 'member' as const },
    ])('keep an owner, also when each of two $name at once', async ({ role }) => {
      const customer = await customerNamed('Team')
      const owners = [await user(), await user()]
      for (const owner of owners) await member(owner, customer, 'owner')
      const outcomes = await Promise.all(
        owners.map(({ id }) => store.changeMember({ user: id, customer, role }, auditDraft())),
      )
      expect(outcomes.toSorted()).toEqual(['changed', 'last_owner'])
      expect((await store.members(customer)).filter((one) => one.role === 'owner')).toHaveLength(1)
    })
  })

  describe('an invitation', () => {
    test('is found by its token’s hash and listed while it is open', async () => {
      const [by, customer] = [await user(), await customerNamed('Host')]
      const first = await invitation(by, customer)
      const second = await invitation(by, customer, { role: 'billing' })
      await invitation(by, await customerNamed('Other'))
      expect(await store.invitationByToken(first.tokenHash)).toEqual(first)
      expect(await store.invitations(customer, START_MS)).toEqual([second, first])
      expect(await store.invitations(customer, first.expiresAtMs)).toEqual([])
    })

    test('to the same address ends the one before', async () => {
      const [by, customer] = [await user(), await customerNamed('Host')]
      const first = await invitation(by, customer, { email: 'twice@example.com' })
      const second = await invitation(by, customer, { email: 'twice@example.com' })
      expect(await store.invitations(customer, START_MS)).toEqual([second])
      const acceptance = { id: first.id, user: by.id, newcomer: null, atMs: START_MS + 1 }
      expect(await store.acceptInvitation(acceptance, auditDraft())).toBe('over')
    })

    test('is revoked once, by its own customer', async () => {
      const [by, customer] = [await user(), await customerNamed('Host')]
      const one = await invitation(by, customer)
      const revoke = (of: string) =>
        store.revokeInvitation({ id: one.id, customer: of, atMs: START_MS + 1 }, auditDraft())
      expect(await revoke(await customerNamed('Other'))).toBe(false)
      expect(await revoke(customer)).toBe(true)
      expect(await revoke(customer)).toBe(false)
    })

    test('is accepted once, also by five at once, and makes a member', async () => {
      const [by, customer] = [await user(), await customerNamed('Host')]
      const one = await invitation(by, customer, { role: 'billing' })
      const guests = await Promise.all(Array.from({ length: 5 }, () => user()))
      const outcomes = await Promise.all(
        guests.map(({ id }) =>
          store.acceptInvitation({ id: one.id, user: id, newcomer: null, atMs: START_MS + 1 }, auditDraft()),
        ),
      )
      expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
      expect((await store.members(customer)).map(({ role }) => role)).toEqual(['billing'])
    })

    test('makes its newcomer with it, or not at all', async () => {
      const [by, customer] = [await user(), await customerNamed('Host')]
      const newcomer = draftUser()
      const accept = async (id: string) =>
        store.acceptInvitation({ id, user: newcomer.id, newcomer, atMs: START_MS + 1 }, auditDraft())
      expect(await accept((await invitation(by, customer, { expiresAtMs: START_MS + 1 })).id)).toBe('over')
      expect(await store.userById(newcomer.id)).toBeNull()
      expect(await accept((await invitation(by, customer)).id)).toBe('accepted')
      expect(await store.userById(newcomer.id)).toEqual(newcomer)
    })

    test('does not lower whoever is a member already', async () => {
      const [owner, customer] = [await user(), await customerNamed('Host')]
      await member(owner, customer, 'owner')
      const one = await invitation(owner, customer)
      const acceptance = { id: one.id, user: owner.id, newcomer: null, atMs: START_MS + 1 }
      expect(await store.acceptInvitation(acceptance, auditDraft())).toBe('accepted')
      expect((await store.members(customer)).map(({ role }) => role)).toEqual(['owner'])
    })
  })

  describe('a one-time link', () => {
    test('is used once, also by five at once', async () => {
      const one = await user()
      const at = { tokenHash: await link(one), purpose: 'sign_in' as const, nowMs: START_MS }
      expect(await store.linkHolder(at)).toEqual(one)
      const used = await Promise.all(Array.from({ length: 5 }, () => store.useLink(at)))
      expect(used.filter((found) => found?.id === one.id)).toHaveLength(1)
      expect(await store.linkHolder(at)).toBeNull()
    })

    test('is for its purpose and its time only', async () => {
      const one = await user()
      const tokenHash = await link(one, START_MS + 10)
      expect(await store.useLink({ tokenHash, purpose: 'set_password', nowMs: START_MS })).toBeNull()
      expect(await store.useLink({ tokenHash, purpose: 'sign_in', nowMs: START_MS + 10 })).toBeNull()
      expect(await store.useLink({ tokenHash, purpose: 'sign_in', nowMs: START_MS + 9 })).toEqual(one)
    })
  })

  describe('attempts', () => {
    const windowMs = 100
    const count = async (keys: string[], nowMs: number) =>
      (await store.countAttempts(keys, { nowMs, windowMs })).map(({ failures }) => failures)

    test('are counted per key until their window is over', async () => {
      expect(await count(['a1', 'b1'], START_MS)).toEqual([1, 1])
      expect(await count(['a1'], START_MS + 99)).toEqual([2])
      expect(await store.countAttempts(['a1'], { nowMs: START_MS + 99, windowMs })).toEqual([
        { failures: 3, startedAtMs: START_MS },
      ])
      expect(await count(['a1', 'b1'], START_MS + 100)).toEqual([1, 1])
    })

    test('side by side are all counted', async () => {
      const counts = await Promise.all(Array.from({ length: 10 }, () => count(['a2'], START_MS)))
      expect(counts.flat().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    })

    test('that succeeded are taken back: all of the account, one of the address', async () => {
      await count(['a3', 'b3'], START_MS)
      await count(['a3', 'b3'], START_MS)
      await store.forgiveAttempt({ account: 'a3', address: 'b3' })
      expect(await count(['a3', 'b3'], START_MS)).toEqual([1, 2])
    })

    test('that were none are taken back one by one, and never below none', async () => {
      await count(['a5', 'b5'], START_MS)
      await count(['a5'], START_MS)
      await store.takeBackAttempts(['a5', 'b5', 'c5'])
      await store.takeBackAttempts(['b5'])
      expect(await count(['a5', 'b5', 'c5'], START_MS)).toEqual([2, 1, 1])
    })

    test('are purged once they are old', async () => {
      await count(['a4'], 5)
      expect(await store.purgeAttempts(5, 10)).toBe(0)
      expect(await store.purgeAttempts(6, 10)).toBe(1)
    })
  })
}
