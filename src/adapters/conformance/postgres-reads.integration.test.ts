import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { StoreUnavailable } from '../../ports/customer-state.ts'
import type { Change } from '../../ports/signals.ts'
import { enginePool } from '../postgres/pool.ts'
import { postgresPolicyStore } from '../postgres/policy-store.ts'
import { postgresReaders } from '../postgres/readers/readers.ts'
import { postgresSignals } from '../postgres/signals.ts'
import { auditDraft, policyDocument } from './drafts.ts'
import { dueWorkConformance } from './due-work.ts'
import { openPostgresWorld } from '../postgres/testing/open-world.ts'
import { readersConformance } from './readers.ts'
import { AT, draw, nextId } from './sample.ts'
import { settleAll, settlePlan } from './settle-plan.ts'
import { signalsConformance } from './signals.ts'
import { usageReaderConformance } from './usage-reader.ts'
import { customerIn, fund } from './world.ts'

describe('postgres readers', () => {
  readersConformance(openPostgresWorld)
})

describe('postgres usage', () => {
  usageReaderConformance(openPostgresWorld)
})

describe('postgres due work', () => {
  dueWorkConformance(openPostgresWorld)
})

describe('on PostgreSQL', () => {
  let world: Awaited<ReturnType<typeof openPostgresWorld>>
  beforeAll(async () => {
    world = await openPostgresWorld()
  })
  afterAll(() => world.close())

  const neverAgain = () => () => {}
  const signalsOn = () => {
    const faults: unknown[] = []
    const onFault = (error: unknown) => void faults.push(error)
    return { signals: postgresSignals(world.database.pool, { every: neverAgain, onFault }), faults }
  }

  describe('signals', () => {
    signalsConformance(signalsOn)

    test('of other processes are heard at the next poll, once', async () => {
      const { signals } = signalsOn()
      const customer = await customerIn(world)
      const heard: Change[] = []
      const stop = signals.subscribe(customer, (change) => heard.push(change))
      signals.subscribe(await customerIn(world), () => {})
      await signals.poll()
      expect(heard).toEqual([{ kind: 'customer', customer, version: 1 }])

      await fund(world, customer, 10n)
      await world.customers.transact(customer, draw(nextId('key'), 1n))
      await signals.poll()
      await settleAll(world.settlement, settlePlan(world.clock))
      await signals.poll()
      await signals.poll()
      expect(heard.slice(1)).toEqual([
        { kind: 'customer', customer, version: 3 },
        { kind: 'settled', customer, seq: 1 },
        { kind: 'settled', customer, seq: 2 },
      ])
      stop()
      await world.customers.transact(customer, draw(nextId('key'), 1n))
      await signals.poll()
      expect(heard).toHaveLength(4)
    })

    test('a policy that another process published is heard at the next poll', async () => {
      const { signals } = signalsOn()
      const heard: number[] = []
      signals.onPolicy((version) => heard.push(version))
      await signals.poll()
      const store = postgresPolicyStore(world.database.pool)
      await store.publish({ base: 0, document: policyDocument('first'), note: '', atMs: AT, audit: auditDraft() })
      await signals.poll()
      await signals.poll()
      expect(heard).toEqual([1])
    })
  })

  describe('partitions', () => {
    const partitions = async () =>
      (
        await world.database.owner.query<{
          name: string
        }>(`SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'decision'::regclass ORDER BY 1`)
      ).rows.map(({ name }) => name)

    test('of today and the next seven days are made once', async () => {
      const starting = Array.from({ length: 4 }, () => world.maintenance.ensurePartitions(AT))
      await Promise.all(starting)
      await world.maintenance.ensurePartitions(AT)
      const days = Array.from({ length: 8 }, (_, day) => `decision_202611${20 + day}`)
      expect(await partitions()).toEqual([...days, 'decision_rest'])
    })

    test('a decision by id looks into its own day only', async () => {
      const id = nextId('dec').slice(4)
      const { rows } = await world.database.owner.query<{ 'QUERY PLAN': string }>(
        `EXPLAIN SELECT * FROM decision WHERE id = '${id}'`,
      )
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan.match(/decision_\w+/g)?.every((name) => name.startsWith('decision_20261120'))).toBe(true)
    })
  })

  test('a database that is gone is a typed error within the time limit, not a hang', async () => {
    const pool = enginePool('postgresql://spillway@127.0.0.1:1/none', 1)
    await expect(postgresReaders(pool).customer(nextId('cus'))).rejects.toBeInstanceOf(StoreUnavailable)
    await pool.end()
  })
})
