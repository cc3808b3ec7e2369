import { expect, test } from 'vitest'
import { MemoryDatabase } from '../../adapters/memory/database.ts'
import { memoryPolicyStore } from '../../adapters/memory/policy-store.ts'
import { memorySignals } from '../../adapters/memory/signals.ts'
import { uuidV7Ids } from '../../adapters/system/ids.ts'
import { testClock } from '../../adapters/system/test-clock.ts'
import type { PolicyDocument } from '../../core/policy/document.ts'
import type { PolicyStore } from '../../ports/policy-store.ts'
import { openPolicyCache } from './cache.ts'
import { publishPolicy } from './publish.ts'

const document = (title: string): PolicyDocument => ({
  title,
  meters: { tasks: { title: 'Tasks', unit: 'task' } },
  features: { chat: { title: 'Chat', meters: ['tasks'] } },
  rateCard: { rates: [{ meter: 'tasks', microCredits: '1000000' }] },
  layers: ['included', 'credits'],
  tiers: { free: { title: 'Free', priority: 'low', features: '*', guards: [], windows: [] } },
  holds: { defaultTtlSeconds: 900, maxTtlSeconds: 86_400 },
  uncovered: { kind: 'absorb' },
})
const actor = { kind: 'user', id: 'u1' } as const

function world() {
  const db = new MemoryDatabase()
  const engine = {
    policyStore: memoryPolicyStore(db),
    clock: testClock(1_000),
    ids: uuidV7Ids(),
    signals: memorySignals(),
  }
  const publish = (base: number, title: string, change: Record<string, unknown> = {}) =>
    publishPolicy(engine, { base, document: { ...document(title), ...change }, note: `publish ${title}`, actor })
  /** A process: it hears signals only when it shares them; polls run when the test says so. */
  const open = async (store: PolicyStore = engine.policyStore, signals = memorySignals()) => {
    const polls: (() => Promise<void>)[] = []
    const faults: unknown[] = []
    const every = (_: number, work: () => Promise<void>) => {
      polls.push(work)
      return () => void polls.splice(0)
    }
    const cache = await openPolicyCache({ store, signals, every, onFault: (error) => faults.push(error) })
    return { cache, faults, poll: () => Promise.all(polls.map((work) => work())) }
  }
  return { db, engine, publish, open }
}

test('the first version is published on base 0 and audited', async () => {
  const { db, publish } = world()
  expect(await publish(0, 'first')).toEqual({ kind: 'published', version: 1 })
  expect(db.audit).toMatchObject([{ action: 'policy.publish', actor, detail: { base: 0, version: 1 } }])
})

test.each([
  { name: 'the same document', base: 1, title: 'first', change: {}, expected: { kind: 'unchanged', current: 1 } },
  { name: 'a base that is behind', base: 0, title: 'second', change: {}, expected: { kind: 'stale', current: 1 } },
  { name: 'a base that does not exist', base: 7, title: 'second', change: {}, expected: { kind: 'stale', current: 1 } },
  {
    name: 'an unknown field',
    base: 1,
    title: 'second',
    change: { extra: 1 },
    expected: { kind: 'invalid', problems: [{ path: 'extra' }] },
  },
  {
    name: 'a shape that is wrong',
    base: 1,
    title: 'second',
    change: { layers: ['nothing'] },
    expected: { kind: 'invalid', problems: [{ path: 'layers[0]' }] },
  },
  {
    name: 'a reference to nothing',
    base: 1,
    title: 'second',
    change: { features: { chat: { title: 'Chat', meters: ['gone'] } } },
    expected: { kind: 'invalid' },
  },
])('$name is not published, and nothing is written', async ({ base, title, change, expected }) => {
  const { db, publish } = world()
  await publish(0, 'first')
  expect(await publish(base, title, change)).toMatchObject(expected)
  expect([db.policyVersions.length, db.audit.length]).toEqual([1, 1])
})

test('the order of members changes nothing', async () => {
  const { engine, publish } = world()
  await publish(0, 'first')
  const reversed = Object.fromEntries(Object.entries(document('first')).toReversed())
  expect(JSON.stringify(reversed)).not.toBe(JSON.stringify(document('first')))
  expect(await publishPolicy(engine, { base: 1, document: reversed, note: '', actor })).toEqual({
    kind: 'unchanged',
    current: 1,
  })
})

test('of two publishers on one base one wins, the other is stale', async () => {
  const { publish } = world()
  await publish(0, 'first')
  const outcomes = await Promise.all([publish(1, 'mine'), publish(1, 'theirs')])
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['published', 'stale'])
})

test('does not open before anything was published', async () => {
  await expect(world().open()).rejects.toThrow('a policy is published')
})

test('a new version is in force at the signal here, and at the next poll elsewhere', async () => {
  const { engine, publish, open } = world()
  await publish(0, 'first')
  const [here, elsewhere] = [await open(engine.policyStore, engine.signals), await open()]
  await publish(1, 'second')
  await here.cache.load(2)
  await here.poll()
  expect(here.cache.current().version).toBe(2)
  expect(elsewhere.cache.current().version).toBe(1)
  await elsewhere.poll()
  expect(elsewhere.cache.current()).toMatchObject({ version: 2, document: { title: 'second' } })
})

test('a signal during a look that began before the publish is not lost', async () => {
  const { engine, publish, open } = world()
  await publish(0, 'first')
  let release = (): void => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  let looks = 0
  const slow: PolicyStore = {
    ...engine.policyStore,
    async versions(limit) {
      looks += 1
      const seen = await engine.policyStore.versions(limit)
      if (looks === 1) await held
      return seen
    },
  }
  const { cache } = await open(slow, engine.signals)
  const look = cache.refresh()
  await publish(1, 'second')
  release()
  await look
  for (let turn = 0; cache.current().version === 1 && turn < 100; turn += 1) await Promise.resolve()
  expect(cache.current().version).toBe(2)
  expect(looks).toBe(2)
})

test('old versions are loaded once, kept, and bounded; the one in force is never dropped', async () => {
  const { engine, publish, open } = world()
  for (let version = 0; version < 70; version += 1) await publish(version, `version ${version + 1}`)
  let fetched = 0
  const counting: PolicyStore = {
    ...engine.policyStore,
    async version(version) {
      fetched += 1
      return engine.policyStore.version(version)
    },
  }
  const { cache } = await open(counting)
  expect(cache.get(3)).toBeUndefined()
  const [one, two] = await Promise.all([cache.load(3), cache.load(3)])
  expect(one).toBe(two)
  expect(cache.get(3)).toBe(one)
  expect(await cache.load(999)).toBeNull()
  expect(fetched).toBe(2)

  for (let version = 4; version <= 69; version += 1) await cache.load(version)
  expect(cache.get(3)).toBeUndefined()
  expect(cache.get(70)).toBe(cache.current())
  expect((await cache.load(3))?.document.title).toBe('version 3')
})

test('a store that fails leaves the version in force, and a version older than it never takes its place', async () => {
  const { engine, publish, open } = world()
  await publish(0, 'first')
  let failing = false
  const flaky: PolicyStore = {
    ...engine.policyStore,
    async versions(limit) {
      if (failing) throw new Error('down')
      return engine.policyStore.versions(limit)
    },
  }
  const { cache, faults } = await open(flaky, engine.signals)
  failing = true
  await publish(1, 'second')
  await expect(cache.refresh()).rejects.toThrow('down')
  expect([cache.current().version, faults.length]).toEqual([1, 1])
  failing = false
  await cache.refresh()
  await cache.load(1)
  expect(cache.current().version).toBe(2)
})
