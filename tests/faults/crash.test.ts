import { expect, test } from 'vitest'
import { postgresCustomerState } from '../../src/adapters/postgres/customer-state/store.ts'
import { Callers } from './callers.ts'
import { ownServer, postmasterOf } from './own-server.ts'

const ROUNDS = 2
/** Answers after which the server is killed, each time at another place in its work. */
const ANSWERS_BEFORE_KILL = 400

const server = ownServer('crash')

test('kill -9 of the database under load loses nothing that was answered, and doubles nothing', async () => {
  const store = postgresCustomerState(server().url)
  const callers = await Callers.of(store)
  for (let round = 1; round <= ROUNDS; round++) {
    const until = callers.answerCount + ANSWERS_BEFORE_KILL
    const calling = callers.callUntilUnavailable()
    await expect.poll(() => callers.answerCount >= until, { interval: 1, timeout: 20_000 }).toBe(true)
    process.kill(postmasterOf(server()), 'SIGKILL')
    await calling
    await expect.poll(() => server().revive(), { interval: 50, timeout: 20_000 }).toBe('revived')
    await callers.repeatUnknown()
  }
  await store.close()
  expect(await callers.inDatabase(server().url)).toEqual(callers.told)
}, 90_000)
