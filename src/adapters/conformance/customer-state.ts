import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendUpdate, emptyHead } from '../../core/ledger/chain.ts'
import type { LedgerGrant } from '../../core/settlement/events.ts'
import type { Snapshot } from '../../core/waterfall/effects.ts'
import type {
  CustomerStateStore,
  DecisionRecord,
  NewCustomer,
  Operation,
  TransactResult,
} from '../../ports/customer-state.ts'
import {
  AT,
  auditOf,
  bumped,
  commit,
  draw,
  holdOf,
  lookAt,
  newCustomer,
  nextId,
  replyOf,
  usageEventOf,
} from './sample.ts'

export interface StoreUnderTest {
  readonly store: CustomerStateStore
  decision(id: string): Promise<(DecisionRecord & { answer: string; status: number }) | null>
  auditActions(): Promise<readonly string[]>
  close(): Promise<void>
}

/** What every store of customer states must do. */
export function customerStateConformance(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`customer state: ${name}`, () => {
    let under: StoreUnderTest
    beforeAll(async () => {
      under = await make()
    })
    afterAll(() => under.close())

    const transact = (customer: string, operation: Operation): Promise<TransactResult> =>
      under.store.transact(customer, operation)

    async function customerWith(available: bigint): Promise<string> {
      const draft = newCustomer(available)
      expect(await under.store.create(draft)).toEqual({ kind: 'created' })
      return draft.state.customer
    }

    async function look(customer: string, needs: Operation['needs'] = {}): Promise<Snapshot> {
      let seen: Snapshot | undefined
      await transact(
        customer,
        lookAt((snapshot) => (seen = snapshot), needs),
      )
      return seen as Snapshot
    }

    const body = (result: TransactResult) => (result.kind === 'done' ? JSON.parse(result.reply.body) : result)

    test('creates a customer once per external id', async () => {
      const first = newCustomer(7n, 'ext-1')
      expect(await under.store.create(first)).toEqual({ kind: 'created' })
      expect(await under.store.create(newCustomer(7n, 'ext-1'))).toEqual({
        kind: 'taken',
        customer: first.state.customer,
      })
      expect((await look(first.state.customer)).state).toEqual(first.state)
      expect(
        (await under.auditActions()).filter((action) => action === 'customer.create').length,
      ).toBeGreaterThanOrEqual(1)
    })

    test('creates a customer once per key: the first answer again, and nothing for other input', async () => {
      const keyed = (key: string, fingerprint: string, externalId: string | null = null): NewCustomer => {
        const draft = newCustomer(7n, externalId)
        const reply = { status: 201, body: JSON.stringify({ id: draft.state.customer }) }
        return { ...draft, once: { idempotency: { operation: 'customers.create', key, fingerprint }, reply } }
      }
      const same = 'a'.repeat(32)
      const first = keyed('once', same, 'ext-once')
      expect(await under.store.create(first)).toEqual({ kind: 'created' })
      const again = keyed('once', same, 'ext-once')
      expect(await under.store.create(again)).toEqual({ kind: 'replayed', reply: first.once?.reply })
      expect(await under.store.create(keyed('once', 'b'.repeat(32)))).toEqual({ kind: 'key_reused' })
      expect(await transact(again.state.customer, draw('k', 1n))).toEqual({ kind: 'unknown_customer' })
      // whoever is refused leaves no key behind
      expect(await under.store.create(keyed('other', same, 'ext-once'))).toMatchObject({ kind: 'taken' })
      expect(await under.store.create(keyed('other', same))).toEqual({ kind: 'created' })
    })

    test('creates one customer for many who use one key at once', async () => {
      const drafts = Array.from({ length: 8 }, (): NewCustomer => {
        const draft = newCustomer()
        const idempotency = { operation: 'customers.create', key: 'at-once', fingerprint: 'c'.repeat(32) }
        return { ...draft, once: { idempotency, reply: { status: 201, body: `"${draft.state.customer}"` } } }
      })
      const outcomes = await Promise.all(drafts.map((draft) => under.store.create(draft)))
      const winner = drafts[outcomes.findIndex(({ kind }) => kind === 'created')]
      expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(1)
      expect(outcomes.filter(({ kind }) => kind !== 'created')).toEqual(
        Array.from({ length: 7 }, () => ({ kind: 'replayed', reply: winner?.once?.reply })),
      )
    })

    test('does not know a customer that was never created', async () => {
      expect(await transact(nextId('cus'), draw('k', 1n))).toEqual({ kind: 'unknown_customer' })
      expect(
        await transact(
          nextId('cus'),
          lookAt(() => {}, { ledger: true }),
        ),
      ).toEqual({ kind: 'unknown_customer' })
    })

    test('answers a repeated key with the first reply, byte for byte, and changes nothing', async () => {
      const customer = await customerWith(10n)
      const first = await transact(customer, draw('k', 4n))
      const again = await transact(customer, draw('k', 4n))
      expect(first).toMatchObject({ kind: 'done', replayed: false, reply: { status: 200 } })
      expect(again).toEqual({ ...first, replayed: true })
      expect((await look(customer)).state.grants[0]?.available).toBe(6n)
    })

    test('refuses a key with other input, done or running', async () => {
      const customer = await customerWith(10n)
      const running = transact(customer, draw('k', 4n))
      expect(await transact(customer, draw('k', 5n))).toEqual({ kind: 'key_reused' })
      await running
      expect(await transact(customer, draw('k', 5n))).toEqual({ kind: 'key_reused' })
    })

    test('says that a key is still running', async () => {
      const customer = await customerWith(10n)
      const running = transact(customer, draw('k', 4n))
      expect(await transact(customer, draw('k', 4n))).toEqual({ kind: 'in_flight' })
      expect(await running).toMatchObject({ kind: 'done', replayed: false })
    })

    test('takes the same key of another operation or customer for another intent', async () => {
      const [a, b] = [await customerWith(10n), await customerWith(10n)]
      const other = { ...draw('k', 1n), idempotency: { operation: 'capture', key: 'k', fingerprint: '0'.repeat(32) } }
      for (const result of [
        await transact(a, draw('k', 1n)),
        await transact(a, other),
        await transact(b, draw('k', 1n)),
      ]) {
        expect(result).toMatchObject({ kind: 'done', replayed: false })
      }
      expect((await look(a)).state).toMatchObject({ version: 3, grants: [{ available: 8n }] })
    })

    test('writes nothing for an answer, not even the key', async () => {
      const customer = await customerWith(10n)
      const dryRun: Operation = { ...draw('k', 4n), plan: () => ({ kind: 'answer', reply: replyOf('dry') }) }
      expect(body(await transact(customer, dryRun))).toBe('dry')
      expect(await transact(customer, draw('k', 5n))).toMatchObject({ kind: 'done', replayed: false })
      expect((await look(customer)).state.version).toBe(2)
    })

    test('replays what a key answered, also when its plan would only answer now', async () => {
      const customer = await customerWith(4n)
      const first = await transact(customer, draw('k', 4n))
      const closed: Operation = { ...draw('k', 4n), plan: () => ({ kind: 'answer', reply: replyOf('closed') }) }
      expect(await transact(customer, closed)).toEqual({ ...first, replayed: true })
      expect(await transact(customer, { ...closed, idempotency: draw('k', 5n).idempotency })).toEqual({
        kind: 'key_reused',
      })
    })

    test('keeps a denial without touching the state, and replays it', async () => {
      const customer = await customerWith(3n)
      const denied = await transact(customer, draw('k', 4n))
      expect(denied).toMatchObject({ kind: 'done', replayed: false, reply: { status: 402 } })
      expect(await transact(customer, draw('k', 4n))).toEqual({ ...denied, replayed: true })
      expect((await look(customer)).state).toMatchObject({ version: 1, grants: [{ available: 3n }] })
      const kept = await under.decision(body(denied).id)
      expect(kept).toMatchObject({ status: 402, decision: { outcome: 'denied', stateVersion: 1 } })
    })

    test('keeps the key of a commit that changes nothing: what comes under it later is answered and not done', async () => {
      const customer = await customerWith(10n)
      const barred: Operation = { ...draw('k', 4n), plan: () => commit({ state: null }, replyOf('barred')) }
      const first = await transact(customer, barred)
      expect(first).toMatchObject({ kind: 'done', replayed: false })
      expect(await transact(customer, draw('k', 4n))).toEqual({ ...first, replayed: true })
      expect((await look(customer)).state).toMatchObject({ version: 1, grants: [{ available: 10n }] })
      // and the other way round: what was done is what the one who bars it hears
      const done = await transact(customer, draw('other', 4n))
      const late = { ...barred, idempotency: draw('other', 4n).idempotency }
      expect(await transact(customer, late)).toEqual({ ...done, replayed: true })
    })

    test('keeps a decision with everything it was made on', async () => {
      const customer = await customerWith(9n)
      let record: DecisionRecord | undefined
      const operation = draw('k', 4n)
      const result = await transact(customer, {
        ...operation,
        plan(snapshot) {
          const plan = operation.plan(snapshot)
          if (plan.kind === 'commit') record = plan.records.decision
          return plan
        },
      })
      const { answer, status, ...kept } = (await under.decision(body(result).id)) ?? { answer: '', status: 0 }
      expect(kept).toMatchObject({ ...record })
      expect({ status, answer }).toEqual({ status: 200, answer: result.kind === 'done' ? result.reply.body : '' })
    })

    test('loads subject rows that a plan asks for in later rounds, and replaces them', async () => {
      const customer = await customerWith(0n)
      const touch: Operation = {
        idempotency: null,
        needs: { subjects: ['s:ada'] },
        plan({ state, subjects }) {
          if (!subjects.has('t:task')) return { kind: 'needs', needs: { subjects: ['t:task'] } }
          const rows = ['s:ada', 't:task'].map((subject) => {
            const row = subjects.get(subject)
            const used = row?.caps.day?.used ?? 0n
            return {
              subject,
              guards: { minute: { kind: 'burst', tatUs: 5 } as const },
              caps: { day: { startMs: AT, used: used + 1n } },
            }
          })
          return commit({ state: bumped(state), subjects: rows }, replyOf('touched'))
        },
      }
      await Promise.all([transact(customer, touch), transact(customer, touch), transact(customer, touch)])
      const seen = await look(customer, { subjects: ['s:ada', 't:task', 's:new'] })
      expect(seen.state.version).toBe(4)
      expect([...seen.subjects].map(([subject, row]) => [subject, row.caps.day?.used])).toEqual([
        ['s:ada', 3n],
        ['t:task', 3n],
        ['s:new', undefined],
      ])
      expect(seen.subjects.get('s:new')).toEqual({ subject: 's:new', guards: {}, caps: {} })
    })

    test('gives a plan only what it asked for', async () => {
      const customer = await customerWith(0n)
      expect(await look(customer)).toMatchObject({
        subjects: new Map(),
        holds: new Map(),
        openHolds: null,
        ledger: null,
        usedKeys: new Set(),
      })
    })

    test('keeps holds, lists the open ones by expiry, and hides other customers', async () => {
      const [customer, other] = [await customerWith(0n), await customerWith(0n)]
      const late = holdOf(customer, { expiresAtMs: AT + 3_000 })
      const soon = holdOf(customer, { expiresAtMs: AT + 1_000 })
      const closed = holdOf(customer, { status: 'captured', expiresAtMs: AT + 500, lines: [], closedAtMs: AT })
      const theirs = holdOf(other)
      const place = (...holds: (typeof late)[]): Operation => ({
        idempotency: null,
        needs: {},
        plan: ({ state }) => commit({ state: bumped(state), holds }, replyOf('placed')),
      })
      await Promise.all([
        transact(customer, place(late)),
        transact(customer, place(soon, closed)),
        transact(other, place(theirs)),
      ])
      const seen = await look(customer, { openHolds: true, holds: [closed.id, theirs.id, nextId('hold')] })
      expect(seen.openHolds).toEqual([soon, late])
      expect([...seen.holds.values()]).toEqual([closed])
      const released = { ...soon, status: 'released', lines: [], closedAtMs: AT + 10 } as const
      await transact(customer, place(released))
      const after = await look(customer, { openHolds: true, holds: [soon.id] })
      expect([after.openHolds, after.holds.get(soon.id)]).toEqual([[late], released])
    })

    test('gives up on a plan that is never satisfied', async () => {
      const customer = await customerWith(0n)
      let rounds = 0
      const insatiable: Operation = {
        idempotency: null,
        needs: {},
        plan: () => ({ kind: 'needs', needs: { subjects: [`s:${++rounds}`] } }),
      }
      await expect(transact(customer, insatiable)).rejects.toThrow('satisfied within')
      expect(rounds).toBe(4)
    })

    test('lets a plan that throws, or breaks the rules, harm nobody else', async () => {
      const [customer, other] = [await customerWith(10n), await customerWith(10n)]
      const broken: Operation = {
        idempotency: { operation: 'decisions', key: 'k', fingerprint: '0'.repeat(32) },
        needs: {},
        plan() {
          throw new RangeError('broken plan')
        },
      }
      const stuck: Operation = {
        idempotency: null,
        needs: {},
        plan: ({ state }) => commit({ state }, replyOf('same version')),
      }
      const sly: Operation = {
        idempotency: null,
        needs: {},
        plan: ({ state }) => commit({ state: null, usageEvents: [usageEventOf(state, 1n)] }, replyOf('sly')),
      }
      const results = await Promise.allSettled([
        transact(customer, broken),
        transact(customer, draw('a', 1n)),
        transact(customer, stuck),
        transact(customer, sly),
        transact(other, draw('b', 2n)),
      ])
      expect(results.map(({ status }) => status)).toEqual([
        'rejected',
        'fulfilled',
        'rejected',
        'rejected',
        'fulfilled',
      ])
      expect((await look(customer)).state).toMatchObject({ version: 2, grants: [{ available: 9n }] })
      expect(await transact(customer, draw('k', 3n))).toMatchObject({ kind: 'done', replayed: false })
    })

    test('admits 200 callers of one customer until the balance is used up, and not one more', async () => {
      const customer = await customerWith(1_000n)
      const results = await Promise.all(Array.from({ length: 200 }, (_, i) => transact(customer, draw(`k${i}`, 7n))))
      const outcomes = results.map((result) => body(result).outcome)
      expect(outcomes.filter((outcome) => outcome === 'allowed')).toHaveLength(142)
      const seen = await look(customer, { ledger: true })
      expect(seen.state).toMatchObject({ version: 143, grants: [{ available: 6n }] })
      expect(seen.ledger?.pending.map((event) => event.version)).toEqual(Array.from({ length: 142 }, (_, i) => i + 2))
    })

    test('redeems a single-use key once, and only by a change', async () => {
      const customer = await customerWith(10n)
      const redeem = (key: string, outcome: 'change' | 'denial'): Operation => ({
        idempotency: { operation: 'decisions', key, fingerprint: '0'.repeat(32) },
        needs: { singleUse: ['consent/token-1'] },
        plan({ state, usedKeys }) {
          if (usedKeys.has('consent/token-1')) return { kind: 'answer', reply: replyOf('used') }
          return commit({ state: outcome === 'change' ? bumped(state) : null }, replyOf(outcome))
        },
      })
      expect(body(await transact(customer, redeem('a', 'denial')))).toBe('denial')
      const both = await Promise.all([
        transact(customer, redeem('b', 'change')),
        transact(customer, redeem('c', 'change')),
      ])
      expect(both.map((result) => String(body(result))).sort()).toEqual(['change', 'used'])
      expect(body(await transact(customer, redeem('d', 'change')))).toBe('used')
    })

    test('writes the ledger together with the state, chained to its head', async () => {
      const customer = await customerWith(0n)
      const grant = grantRow(customer, 50n)
      const enter: Operation = {
        idempotency: { operation: 'grants', key: 'g', fingerprint: '0'.repeat(32) },
        needs: { ledger: true },
        plan({ state, ledger }) {
          const { head, update } = appendUpdate(
            ledger?.head ?? emptyHead(customer),
            {
              id: nextId('bal'),
              grant: grant.id,
              delta: 50n,
              balanceBefore: 0n,
              balanceAfter: 50n,
              cause: { kind: 'grant' },
              effectiveAtMs: AT,
              recordedAtMs: AT,
            },
            () => 'f'.repeat(64),
          )
          const { id, kind, priority, amount, effectiveAtMs, expiresAtMs, createdAtMs, features } = grant
          const entered = {
            id,
            kind,
            priority,
            amount,
            available: amount,
            held: 0n,
            effectiveAtMs,
            expiresAtMs,
            createdAtMs,
            features,
          }
          return commit(
            { state: { ...bumped(state), grants: [entered] }, ledger: { head, updates: [update], grants: [grant] } },
            replyOf('granted', 201),
            {
              audit: auditOf('grant.create', grant.id),
            },
          )
        },
      }
      const first = await transact(customer, enter)
      expect(first).toMatchObject({ kind: 'done', replayed: false, reply: { status: 201 } })
      expect(await transact(customer, enter)).toEqual({ ...first, replayed: true })
      expect(await transact(customer, draw('d', 20n))).toMatchObject({ kind: 'done', reply: { status: 200 } })
      const { ledger } = await look(customer, { ledger: true })
      expect(ledger?.head).toEqual({ customer, seq: 1, hash: 'f'.repeat(64), settledVersion: 0 })
      expect([...(ledger?.grants.values() ?? [])]).toEqual([grant])
      expect(ledger?.pending.map(({ cost, version }) => [cost, version])).toEqual([[20n, 3]])
      expect((await under.auditActions()).filter((action) => action === 'grant.create')).toHaveLength(1)
    })

    test('keeps refreshes, the name and an audit entry that come with a change', async () => {
      const customer = await customerWith(0n)
      const rename: Operation = {
        idempotency: null,
        needs: {},
        plan: ({ state }) =>
          commit({ state: bumped(state) }, replyOf('renamed'), {
            customer: { name: 'Grace' },
            refreshes: [{ rule: 'monthly', dueAtMs: AT + 1_000 }],
            audit: auditOf('customer.update', customer),
          }),
      }
      expect(body(await transact(customer, rename))).toBe('renamed')
      expect((await look(customer)).state.version).toBe(2)
      expect((await under.auditActions()).filter((action) => action === 'customer.update')).toHaveLength(1)
    })
  })
}

const grantRow = (customer: string, amount: bigint): LedgerGrant => ({
  id: nextId('grt'),
  customer,
  kind: 'credits',
  priority: 0,
  amount,
  balance: amount,
  spent: 0n,
  expired: 0n,
  revoked: 0n,
  effectiveAtMs: AT,
  expiresAtMs: AT + 86_400_000,
  createdAtMs: AT,
  features: ['chat'],
  source: 'purchase:1',
  reason: 'bought',
})
