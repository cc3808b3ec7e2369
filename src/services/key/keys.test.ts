import { describe, expect, test } from 'vitest'
import { memoryAuditLog } from '../../adapters/memory/audit-log.ts'
import { MemoryDatabase } from '../../adapters/memory/database.ts'
import { memoryKeyStore } from '../../adapters/memory/key-store.ts'
import { sha256 } from '../../adapters/system/hash.ts'
import { uuidV7Ids } from '../../adapters/system/ids.ts'
import { testClock } from '../../adapters/system/test-clock.ts'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import { type ApiKey, type KeyStore, REVOKED_BOUND } from '../../ports/key-store.ts'
import { keyAuthenticator } from './authenticate.ts'
import { type CreateKeyInput, createKey } from './create.ts'
import { revokeKey } from './revoke.ts'
import { rotateKey } from './rotate.ts'
import { isSecretShaped, newSecret } from './secret.ts'

const START = 1_800_000_000_000
const CUSTOMER = `cus_${'1'.repeat(32)}`
const OTHER = `cus_${'2'.repeat(32)}`
const actor = { kind: 'user', id: 'u1' } as const

/** Two processes over one store; each knows only what it looked up or polled. Look-ups and uses are counted. */
function world() {
  const db = new MemoryDatabase()
  const clock = testClock(START)
  const counts = { lookUps: 0, touches: 0 }
  const fault = { reading: false, polling: false }
  const stored = memoryKeyStore(db)
  const keys: KeyStore = {
    ...stored,
    async bySecretHash(hash) {
      counts.lookUps += 1
      if (fault.reading) throw new StoreUnavailable('down')
      return stored.bySecretHash(hash)
    },
    async touch(id, atMs) {
      counts.touches += 1
      return stored.touch(id, atMs)
    },
    async revokedSince(atMs) {
      if (fault.polling) throw new StoreUnavailable('down')
      return stored.revokedSince(atMs)
    },
  }
  const shared = { keys, clock, hash: sha256, ids: uuidV7Ids() }
  const process = () => {
    const authenticator = keyAuthenticator({ ...shared, every: () => () => {}, onFault: () => {} })
    return { ...shared, authenticator }
  }
  const [here, there] = [process(), process()]
  const create = async (change: Partial<CreateKeyInput> = {}) => {
    const created = await createKey(here, {
      customer: null,
      name: 'backend',
      scopes: ['decide'],
      expiresAtMs: null,
      actor,
      reason: null,
      ...change,
    })
    if (created.kind !== 'created') throw new Error(created.why)
    return created
  }
  const ask = async (at: typeof here, secret: string) => {
    const answer = await at.authenticator.authenticate(secret)
    return answer.kind === 'authenticated' ? answer.key.id : answer.why
  }
  return { db, clock, counts, fault, stored, here, there, create, ask, audit: memoryAuditLog(db) }
}

describe('a secret', () => {
  test.each([
    ['service', /^sk_[0-9A-Za-z]{32}$/],
    ['customer', /^ck_[0-9A-Za-z]{32}$/],
  ] as const)('of a %s key says its kind and is otherwise random', (kind, shape) => {
    const made = Array.from({ length: 200 }, () => newSecret(kind))
    for (const { secret, prefix } of made) {
      expect(secret).toMatch(shape)
      expect(isSecretShaped(secret)).toBe(true)
      expect(prefix).toBe(secret.slice(0, 11))
    }
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(200)
  })

  test('takes each digit from one byte, without favour: bytes from 248 on are passed over', () => {
    const bytes = [255, 248, 247, 0, 61, 62]
    let at = 0
    const { secret } = newSecret('service', (buffer) => buffer.map((_, index) => (buffer[index] = bytes[at++] ?? 1)))
    expect(secret).toBe(`sk_z0z0${'1'.repeat(28)}`)
  })

  test.each([
    '',
    'sk_',
    `sk_${'a'.repeat(31)}`,
    `sk_${'a'.repeat(33)}`,
    `xk_${'a'.repeat(32)}`,
    `sk_${'-'.repeat(32)}`,
    `sk_${'a'.repeat(31)}\n`,
  ])('%j is refused without a look-up', async (text) => {
    const { here, ask, counts } = world()
    expect(await ask(here, text)).toBe('malformed')
    expect(counts.lookUps).toBe(0)
  })
})

describe('creating', () => {
  test('stores prefix and hash and never the secret, and audits', async () => {
    const { db, create, audit } = world()
    const { key, secret } = await create({ customer: CUSTOMER, scopes: ['read', 'decide', 'read'] })
    expect(key).toMatchObject({
      customer: CUSTOMER,
      prefix: secret.slice(0, 11),
      secretHash: sha256(secret),
      scopes: ['read', 'decide'],
    })
    const everything = JSON.stringify([[...db.apiKeys.values()], await audit.page(null, 10)])
    expect(everything).not.toContain(secret.slice(11))
    expect(await audit.page(null, 10)).toMatchObject([
      { action: 'key.create', target: key.id, customer: CUSTOMER, actor },
    ])
  })

  const refused: [string, Partial<CreateKeyInput>][] = [
    ['no_scope', { scopes: [] }],
    ['bad_name', { name: '  ' }],
    ['bad_name', { name: 'x'.repeat(101) }],
    ['expiry_passed', { expiresAtMs: START }],
    ['scope_not_for_customers', { customer: CUSTOMER, scopes: ['decide', 'price'] }],
    ['scope_not_for_customers', { customer: CUSTOMER, scopes: ['manage'] }],
    ['scope_not_for_customers', { customer: CUSTOMER, scopes: ['policy'] }],
  ]
  test.each(refused)('is refused: %s', async (why, change) => {
    const { create, db } = world()
    await expect(create(change)).rejects.toThrow(why)
    expect(db.apiKeys.size + db.audit.length).toBe(0)
  })
})

describe('authenticating', () => {
  test('asks the store once while polls confirm what is known', async () => {
    const { here, create, ask, counts, clock } = world()
    const { key, secret } = await create()
    for (let step = 0; step < 20; step += 1) {
      expect(await ask(here, secret)).toBe(key.id)
      clock.advance(500)
      await here.authenticator.poll()
    }
    expect(counts.lookUps).toBe(1)
  })

  test('many at once with one new key make one look-up', async () => {
    const { here, create, ask, counts } = world()
    const { key, secret } = await create()
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(here, secret)))
    expect(new Set(answers)).toEqual(new Set([key.id]))
    expect(counts.lookUps).toBe(1)
  })

  test('an unknown key is remembered for a second, and found once it exists', async () => {
    const { here, ask, counts, clock, stored } = world()
    const { secret } = newSecret('service')
    expect([await ask(here, secret), await ask(here, secret)]).toEqual(['unknown', 'unknown'])
    expect(counts.lookUps).toBe(1)
    const key: ApiKey = {
      id: `key_${'3'.repeat(32)}`,
      customer: null,
      name: 'late',
      prefix: secret.slice(0, 11),
      secretHash: sha256(secret),
      scopes: ['decide'],
      createdAtMs: START,
      expiresAtMs: null,
      revokedAtMs: null,
      lastUsedAtMs: null,
    }
    await stored.create(key, {
      id: 'aud_1',
      actor,
      action: 'key.create',
      target: key.id,
      customer: null,
      reason: null,
      detail: {},
      atMs: START,
    })
    clock.advance(1_000)
    expect(await ask(here, secret)).toBe(key.id)
  })

  test('a flood of guesses does not push a known key out', async () => {
    const { here, create, ask, counts } = world()
    const { key, secret } = await create()
    await ask(here, secret)
    for (let guess = 0; guess < 20_100; guess += 1)
      await here.authenticator.authenticate(`sk_${guess.toString().padStart(32, '0')}`)
    const before = counts.lookUps
    expect(await ask(here, secret)).toBe(key.id)
    expect(counts.lookUps).toBe(before)
    // The oldest guesses were forgotten: their number is bounded.
    await here.authenticator.authenticate(`sk_${'0'.repeat(32)}`)
    expect(counts.lookUps).toBe(before + 1)
  })

  test.each([
    { atMs: START + 999, answer: 'key' },
    { atMs: START + 1_000, answer: 'expired' },
    { atMs: START + 2_000, answer: 'expired' },
  ])('a key that ends at +1000 answers "$answer" at $atMs', async ({ atMs, answer }) => {
    const { here, create, ask, clock } = world()
    const { key, secret } = await create({ expiresAtMs: START + 1_000 })
    await ask(here, secret)
    clock.set(atMs)
    expect(await ask(here, secret)).toBe(answer === 'key' ? key.id : answer)
  })

  test('its use is written at most once a minute', async () => {
    const { here, create, ask, counts, clock, stored } = world()
    const { key, secret } = await create()
    for (let second = 0; second <= 120; second += 1) {
      await ask(here, secret)
      clock.advance(1_000)
    }
    expect(counts.touches).toBe(3)
    expect((await stored.byId(key.id))?.lastUsedAtMs).toBe(START + 120_000)
  })
})

describe('revoking', () => {
  test('acts at once here, and after the next poll there', async () => {
    const { here, there, create, ask, clock, audit } = world()
    const { key, secret } = await create()
    expect([await ask(here, secret), await ask(there, secret)]).toEqual([key.id, key.id])
    expect(await revokeKey(here, { key: key.id, customer: null, actor, reason: 'leaked' })).toBe('revoked')
    expect(await ask(here, secret)).toBe('revoked')
    clock.advance(500)
    await there.authenticator.poll()
    expect(await ask(there, secret)).toBe('revoked')
    expect((await audit.page(null, 10)).map(({ action, reason }) => [action, reason])).toEqual([
      ['key.create', null],
      ['key.revoke', 'leaked'],
    ])
  })

  test('acts within a second also where polls fail', async () => {
    const { here, there, create, ask, clock, fault } = world()
    const { key, secret } = await create()
    await ask(there, secret)
    fault.polling = true
    await revokeKey(here, { key: key.id, customer: null, actor, reason: null })
    clock.advance(999)
    await expect(there.authenticator.poll()).rejects.toThrow('down')
    clock.advance(1)
    expect(await ask(there, secret)).toBe('revoked')
  })

  test.each([
    ['an hour behind', -3_600_000],
    ['a day behind', -86_400_000],
    ['two hours ahead', 7_200_000],
  ])('acts everywhere when the clock of who revokes is %s', async (_, offMs) => {
    const { here, there, create, ask, clock } = world()
    const { key, secret } = await create()
    await there.authenticator.poll()
    await ask(there, secret)
    const wrong = { ...here, clock: testClock(START + offMs) }
    await revokeKey(wrong, { key: key.id, customer: null, actor, reason: null })
    clock.advance(500)
    await there.authenticator.poll()
    expect(await ask(there, secret)).toBe('revoked')
  })

  test('is not missed by a poll that comes after a long fault', async () => {
    const { here, there, create, ask, clock, fault } = world()
    const { key, secret } = await create()
    await there.authenticator.poll()
    fault.polling = true
    await revokeKey(here, { key: key.id, customer: null, actor, reason: null })
    clock.advance(3_600_000)
    fault.polling = false
    await there.authenticator.poll()
    expect(await ask(there, secret)).toBe('revoked')
  })

  test('of more keys than one poll lists, every one is looked up again', async () => {
    const { there, create, ask, stored, clock } = world()
    const { key, secret } = await create()
    await ask(there, secret)
    const many = Array.from({ length: REVOKED_BOUND }, (_, index) => `key_${index.toString(16).padStart(32, '0')}`)
    const crowded = keyAuthenticator({
      ...there,
      keys: { ...stored, revokedSince: async () => many },
      every: () => () => {},
      onFault: () => {},
    })
    expect((await crowded.authenticate(secret)).kind).toBe('authenticated')
    await stored.revoke(key.id, clock.nowMs(), {
      id: 'aud_9',
      actor,
      action: 'key.revoke',
      target: key.id,
      customer: null,
      reason: null,
      detail: {},
      atMs: START,
    })
    await crowded.poll()
    expect(await crowded.authenticate(secret)).toEqual({ kind: 'refused', why: 'revoked' })
  })

  test('what is remembered is told at once, and what is too old to trust is not', async () => {
    const { here, create, ask, clock } = world()
    const { key, secret } = await create()
    expect(here.authenticator.remembered(secret)).toBeNull()
    await ask(here, secret)
    expect(here.authenticator.remembered(secret)).toMatchObject({ kind: 'authenticated', key: { id: key.id } })
    clock.advance(1_000)
    expect(here.authenticator.remembered(secret)).toBeNull()
  })

  test('when nothing can be read, nobody is let in: an error, not an answer', async () => {
    const { here, create, ask, clock, fault } = world()
    const { key, secret } = await create()
    await ask(here, secret)
    Object.assign(fault, { reading: true, polling: true })
    expect(await ask(here, secret)).toBe(key.id)
    clock.advance(1_000)
    await expect(ask(here, secret)).rejects.toBeInstanceOf(StoreUnavailable)
  })

  test('of another customer’s key, or twice, is unknown', async () => {
    const { here, create, ask } = world()
    const { key, secret } = await create({ customer: CUSTOMER })
    expect(await revokeKey(here, { key: key.id, customer: OTHER, actor, reason: null })).toBe('unknown')
    expect(await revokeKey(here, { key: key.id, customer: null, actor, reason: null })).toBe('unknown')
    expect(await ask(here, secret)).toBe(key.id)
    expect(await revokeKey(here, { key: key.id, customer: CUSTOMER, actor, reason: null })).toBe('revoked')
    expect(await revokeKey(here, { key: key.id, customer: CUSTOMER, actor, reason: null })).toBe('unknown')
  })
})

describe('rotating', () => {
  test('leaves both live for the overlap, everywhere', async () => {
    const { here, there, create, ask, clock } = world()
    const old = await create({ customer: CUSTOMER, scopes: ['read'] })
    expect(await ask(there, old.secret)).toBe(old.key.id)
    const rotated = await rotateKey(here, { key: old.key.id, customer: CUSTOMER, overlapMs: 60_000, actor })
    if (rotated.kind !== 'rotated') throw new Error(rotated.kind)
    expect(rotated).toMatchObject({
      oldEndsAtMs: START + 60_000,
      key: { customer: CUSTOMER, scopes: ['read'], name: 'backend' },
    })
    clock.advance(59_999)
    await there.authenticator.poll()
    expect([await ask(there, old.secret), await ask(there, rotated.secret)]).toEqual([old.key.id, rotated.key.id])
    clock.advance(1)
    expect([await ask(here, old.secret), await ask(there, old.secret)]).toEqual(['expired', 'expired'])
    expect(await ask(there, rotated.secret)).toBe(rotated.key.id)
  })

  test('of a key that is being replaced, or is another’s, does nothing: at most two are live', async () => {
    const { here, create, db } = world()
    const { key } = await create({ customer: CUSTOMER })
    const rotate = (customer: string | null, overlapMs = 1_000) =>
      rotateKey(here, { key: key.id, customer, overlapMs, actor })
    expect(await rotate(OTHER)).toEqual({ kind: 'not_live' })
    expect(await rotate(CUSTOMER, -1)).toEqual({ kind: 'refused', why: 'overlap_too_long' })
    expect(await rotate(CUSTOMER, 31 * 86_400_000)).toEqual({ kind: 'refused', why: 'overlap_too_long' })
    expect((await rotate(CUSTOMER)).kind).toBe('rotated')
    expect(await rotate(CUSTOMER)).toEqual({ kind: 'not_live' })
    expect(db.apiKeys.size).toBe(2)
  })
})
