import { expect, test } from 'vitest'
import type { CustomerState } from '../../../core/waterfall/state.ts'
import { newCustomer } from '../../conformance/sample.ts'
import { encodeState } from '../codec/state.ts'
import { Entries } from './entries.ts'
import { Entry } from './entry.ts'
import { Flight } from './flight.ts'

function stateOf(): CustomerState {
  const { state } = newCustomer(7n)
  const overrides = [
    { target: { kind: 'window', id: 'week' }, limit: 9n, reason: 'größer \u{1F600}', expiresAtMs: null },
  ] as const
  return { ...state, profile: { ...state.profile, overrides } }
}
const entryOf = (state: CustomerState): Entry => new Entry(state, encodeState(state))
const isAsleep = (entry: Entry): boolean => entry.committed.version === -1

test('who sleeps is woken as the same state, with the profile that is remembered', () => {
  const state = stateOf()
  const entry = entryOf(state)
  expect(entry.letGo()).toBe(true)
  entry.sleep()
  expect(isAsleep(entry)).toBe(true)
  expect([entry.changed, entry.committedText.toString()]).toEqual([false, encodeState(state)])
  entry.use()
  expect(entry.state).toEqual(state)
  expect(entry.committed).toBe(entry.state)
  expect(entry.state.profile).toBe(state.profile)
})

test('what was committed since is what is woken', () => {
  const entry = entryOf(stateOf())
  const flight = new Flight('a', () => {})
  const next = { ...entry.state, version: 2, profile: { ...entry.state.profile, consent: 'ask' as const } }
  entry.apply({ state: next }, {})
  entry.sent(Buffer.from(encodeState(next)), flight)
  entry.arrived(flight)
  entry.letGo()
  entry.sleep()
  entry.use()
  expect(entry.state).toEqual(next)
  expect(entry.state.profile).toBe(next.profile)
})

test('nobody sleeps who is used by another batch, or relies on one', () => {
  const used = entryOf(stateOf())
  used.use()
  expect(used.letGo()).toBe(false)
  used.sleep()
  expect(isAsleep(used)).toBe(false)

  const relying = entryOf(stateOf())
  const flight = new Flight('a', () => {})
  const next = { ...relying.state, version: 2 }
  relying.apply({ state: next }, {})
  relying.sent(Buffer.from(encodeState(next)), flight)
  relying.letGo()
  relying.sleep()
  expect(isAsleep(relying)).toBe(false)
  relying.arrived(flight)
  relying.sleep()
  expect(isAsleep(relying)).toBe(true)
})

test('those who were let go last stay awake, and whoever is used meanwhile', () => {
  const entries = new Entries({ bound: 10, awake: 2 })
  const [a, b, c, d] = [entryOf(stateOf()), entryOf(stateOf()), entryOf(stateOf()), entryOf(stateOf())]
  const asleep = () => [a, b, c, d].map((entry) => isAsleep(entry))
  for (const entry of [a, b]) entries.letGo(entry)
  b.use()
  entries.letGo(b)
  expect(asleep()).toEqual([false, false, false, false])
  b.use()
  entries.letGo(c)
  entries.letGo(d)
  expect(asleep()).toEqual([true, false, false, false])
  entries.letGo(b)
  expect(asleep()).toEqual([true, false, true, false])
})
