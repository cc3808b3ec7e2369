import type { UserId } from '../../core/shared/ids.ts'
import { keepsAnOwner } from '../../core/identity/roles.ts'
import { assert } from '../../core/shared/assert.ts'
import {
  IDENTITY_LIST_LIMIT,
  type IdentityStore,
  type Invitation,
  type NamedMembership,
  type NewMembership,
  type OneTimeLink,
  type Session,
  type User,
} from '../../ports/identity-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

interface Tables {
  readonly users: Map<UserId, User>
  readonly bindings: Map<string, UserId>
  readonly sessions: Map<string, Session>
  /** In the order of joining. */
  memberships: NewMembership[]
  readonly invitations: Map<string, Invitation>
  readonly links: Map<string, OneTimeLink & { readonly usedAtMs: number | null }>
  readonly attempts: Map<string, { readonly failures: number; readonly startedAtMs: number }>
}

export function memoryIdentityStore(db: MemoryDatabase): IdentityStore {
  const tables: Tables = {
    users: new Map(),
    bindings: new Map(),
    sessions: new Map(),
    memberships: [],
    invitations: new Map(),
    links: new Map(),
    attempts: new Map(),
  }
  const { users, bindings, sessions, invitations, links, attempts } = tables
  const bindingKey = (at: { issuer: string; subject: string }) => JSON.stringify([at.issuer, at.subject])
  const issuerOf = (key: string): unknown => (JSON.parse(key) as unknown[])[0]
  const byEmail = (email: string) => [...users.values()].find((user) => user.email === email) ?? null

  const membershipsOf = (user: UserId): readonly NamedMembership[] =>
    tables.memberships
      .filter((one) => one.user === user)
      .sort((a, b) => a.joinedAtMs - b.joinedAtMs || (a.customer < b.customer ? -1 : 1))
      .slice(0, IDENTITY_LIST_LIMIT)
      .map(({ customer, role, joinedAtMs }) => {
        const named = db.customers.get(customer)
        assert(named !== undefined, 'memberships are of customers that exist')
        return { customer, role, joinedAtMs, customerName: named.name }
      })

  function join(membership: NewMembership): 'added' | 'exists' {
    const { user, customer } = membership
    if (tables.memberships.some((one) => one.user === user && one.customer === customer)) return 'exists'
    assert(db.customers.has(customer) && users.has(user), 'a membership joins a user and a customer that exist')
    tables.memberships.push(membership)
    return 'added'
  }

  function usable(at: { tokenHash: string; purpose: string; nowMs: number }): User | null {
    const link = links.get(at.tokenHash)
    if (link === undefined || link.purpose !== at.purpose || link.usedAtMs !== null || link.expiresAtMs <= at.nowMs)
      return null
    return users.get(link.user) ?? null
  }

  const takeBack = (key: string): void => {
    const counted = attempts.get(key)
    if (counted !== undefined) attempts.set(key, { ...counted, failures: Math.max(0, counted.failures - 1) })
  }
  const isOpen = (one: Invitation, nowMs: number): boolean =>
    one.acceptedAtMs === null && one.revokedAtMs === null && one.expiresAtMs > nowMs

  return {
    async userById(id) {
      return users.get(id) ?? null
    },
    async userByEmail(email) {
      return byEmail(email)
    },
    async createUser(user, audit) {
      if (byEmail(user.email) !== null) return 'taken'
      users.set(user.id, user)
      appendAudit(db, audit)
      return 'created'
    },
    async rename(id, name, audit) {
      const user = users.get(id)
      if (user === undefined) return false
      users.set(id, { ...user, name })
      appendAudit(db, audit)
      return true
    },
    async setPassword({ user: id, passwordHash, keep, atMs }, audit) {
      const user = users.get(id)
      if (user === undefined) return false
      users.set(id, { ...user, passwordHash })
      for (const session of sessions.values()) {
        if (session.user === id && session.id !== keep && session.endedAtMs === null)
          sessions.set(session.tokenHash, { ...session, endedAtMs: atMs })
      }
      for (const link of links.values()) {
        if (link.user === id && link.usedAtMs === null) links.set(link.tokenHash, { ...link, usedAtMs: atMs })
      }
      appendAudit(db, audit)
      return true
    },
    async setStaffRole(id, staffRole, audit) {
      const user = users.get(id)
      if (user === undefined) return false
      users.set(id, { ...user, staffRole })
      appendAudit(db, audit)
      return true
    },
    async staff() {
      const found = [...users.values()].filter((user) => user.staffRole !== null)
      return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, IDENTITY_LIST_LIMIT)
    },

    async userByProvider(provider) {
      const id = bindings.get(bindingKey(provider))
      return id === undefined ? null : (users.get(id) ?? null)
    },
    async bindProvider(binding, audit) {
      const hasOne = [...bindings].some(([key, user]) => user === binding.user && issuerOf(key) === binding.issuer)
      if (hasOne || bindings.has(bindingKey(binding))) return 'taken'
      bindings.set(bindingKey(binding), binding.user)
      appendAudit(db, audit)
      return 'bound'
    },

    async openSession(session, audit) {
      assert(!sessions.has(session.tokenHash), 'tokens of sessions are unique')
      sessions.set(session.tokenHash, session)
      appendAudit(db, audit)
    },
    async session(tokenHash) {
      const session = sessions.get(tokenHash)
      if (session === undefined) return null
      const user = users.get(session.user)
      assert(user !== undefined, 'a session is a user’s')
      return { session, user, memberships: membershipsOf(user.id) }
    },
    async seen(id, atMs) {
      const session = [...sessions.values()].find((one) => one.id === id)
      if (session !== undefined)
        sessions.set(session.tokenHash, { ...session, seenAtMs: Math.max(session.seenAtMs, atMs) })
    },
    async choose(id, customer) {
      const session = [...sessions.values()].find((one) => one.id === id)
      if (session !== undefined) sessions.set(session.tokenHash, { ...session, customer })
    },
    async endSession({ session: id, user, atMs }, audit) {
      const session = [...sessions.values()].find((one) => one.id === id && one.user === user)
      if (session === undefined || session.endedAtMs !== null) return false
      sessions.set(session.tokenHash, { ...session, endedAtMs: atMs })
      appendAudit(db, audit)
      return true
    },
    async sessionsOf(user, nowMs) {
      const live = [...sessions.values()].filter(
        (one) => one.user === user && one.endedAtMs === null && one.expiresAtMs > nowMs,
      )
      live.sort((a, b) => b.seenAtMs - a.seenAtMs || (a.id < b.id ? 1 : -1))
      return live.slice(0, IDENTITY_LIST_LIMIT)
    },
    async purgeSessions(beforeMs, limit) {
      const over = [...sessions.values()].filter((one) => one.expiresAtMs < beforeMs).slice(0, limit)
      for (const { tokenHash } of over) sessions.delete(tokenHash)
      const spent = [...links.values()].filter((one) => one.expiresAtMs < beforeMs).slice(0, limit)
      for (const { tokenHash } of spent) links.delete(tokenHash)
      return over.length + spent.length
    },

    async membershipsOf(user) {
      return membershipsOf(user)
    },
    async members(customer) {
      return tables.memberships
        .filter((one) => one.customer === customer)
        .sort((a, b) => a.joinedAtMs - b.joinedAtMs || (a.user < b.user ? -1 : 1))
        .slice(0, IDENTITY_LIST_LIMIT)
        .map(({ user: id, role, joinedAtMs }) => {
          const user = users.get(id)
          assert(user !== undefined, 'a member is a user')
          return { user: id, email: user.email, name: user.name, role, joinedAtMs }
        })
    },
    async addMember(membership, audit) {
      const outcome = join(membership)
      if (outcome === 'added') appendAudit(db, audit)
      return outcome
    },
    async changeMember({ user, customer, role }, audit) {
      const all = tables.memberships.filter((one) => one.customer === customer)
      const found = all.find((one) => one.user === user)
      if (found === undefined) return 'unknown'
      if (found.role === 'owner' && !keepsAnOwner(all, { user, role })) return 'last_owner'
      tables.memberships = tables.memberships.flatMap((one) =>
        one !== found ? [one] : role === null ? [] : [{ ...one, role }],
      )
      appendAudit(db, audit)
      return 'changed'
    },

    async invite(invitation, audit) {
      for (const one of invitations.values()) {
        if (one.customer === invitation.customer && one.email === invitation.email && isOpen(one, 0))
          invitations.set(one.id, { ...one, revokedAtMs: invitation.createdAtMs })
      }
      invitations.set(invitation.id, invitation)
      appendAudit(db, audit)
    },
    async invitationByToken(tokenHash) {
      return [...invitations.values()].find((one) => one.tokenHash === tokenHash) ?? null
    },
    async invitations(customer, nowMs) {
      const open = [...invitations.values()].filter((one) => one.customer === customer && isOpen(one, nowMs))
      return open.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, IDENTITY_LIST_LIMIT)
    },
    async revokeInvitation({ id, customer, atMs }, audit) {
      const found = invitations.get(id)
      if (found === undefined || found.customer !== customer || !isOpen(found, atMs)) return false
      invitations.set(id, { ...found, revokedAtMs: atMs })
      appendAudit(db, audit)
      return true
    },
    async acceptInvitation({ id, user, newcomer, atMs }, audit) {
      const found = invitations.get(id)
      if (found === undefined || !isOpen(found, atMs)) return 'over'
      if (newcomer !== null) {
        if (byEmail(newcomer.email) !== null) return 'over'
        users.set(newcomer.id, newcomer)
      }
      invitations.set(id, { ...found, acceptedAtMs: atMs })
      join({ user, customer: found.customer, role: found.role, joinedAtMs: atMs })
      appendAudit(db, audit)
      return 'accepted'
    },

    async makeLink(link) {
      links.set(link.tokenHash, { ...link, usedAtMs: null })
    },
    async linkHolder(at) {
      return usable(at)
    },
    async useLink(at) {
      const user = usable(at)
      const link = links.get(at.tokenHash)
      if (user === null || link === undefined) return null
      links.set(at.tokenHash, { ...link, usedAtMs: at.nowMs })
      return user
    },

    async countAttempts(keys, { nowMs, windowMs }) {
      return keys.map((key) => {
        const before = attempts.get(key)
        const counted =
          before === undefined || before.startedAtMs + windowMs <= nowMs
            ? { failures: 1, startedAtMs: nowMs }
            : { ...before, failures: before.failures + 1 }
        attempts.set(key, counted)
        return counted
      })
    },
    async forgiveAttempt({ account, address }) {
      attempts.delete(account)
      takeBack(address)
    },
    async takeBackAttempts(keys) {
      for (const key of keys) takeBack(key)
    },
    async purgeAttempts(beforeMs, limit) {
      const over = [...attempts].filter(([, one]) => one.startedAtMs < beforeMs).slice(0, limit)
      for (const [key] of over) attempts.delete(key)
      return over.length
    },
  }
}
