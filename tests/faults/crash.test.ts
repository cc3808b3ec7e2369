import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgresCustomerState } from '../../src/adapters/postgres/customer-state/store.ts'
import { type Embedded, startEmbedded } from '../../src/adapters/postgres/embedded/start.ts'
import { migrate } from '../../src/adapters/postgres/migrate.ts'
import { Callers } from './callers.ts'

const ROUNDS = 2
/** Answers after which the server is killed, each time at another place in its work. */
const ANSWERS_BEFORE_KILL = 400

let home: string
let server: Embedded

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'spillway-crash-'))
  server = await startEmbedded({ home })
  await migrate(server.url, 'prisma/migrations')
})
afterAll(async () => {
  await server.stop()
  rmSync(home, { recursive: true, force: true })
})

const killServer = (): void => {
  const pid = Number(readFileSync(join(server.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0])
  process.kill(pid, 'SIGKILL')
}

test('kill -9 of the database under load loses nothing that was answered, and doubles nothing', async () => {
  const store = postgresCustomerState(server.url)
  const callers = await Callers.of(store)
  for (let round = 1; round <= ROUNDS; round++) {
    const until = callers.answerCount + ANSWERS_BEFORE_KILL
    const calling = callers.callUntilUnavailable()
    await expect.poll(() => callers.answerCount >= until, { interval: 1, timeout: 20_000 }).toBe(true)
    killServer()
    await calling
    await expect.poll(() => server.revive(), { interval: 50, timeout: 20_000 }).toBe('revived')
    await callers.repeatUnknown()
  }
  await store.close()
  expect(await callers.inDatabase(server.url)).toEqual(callers.told)
}, 90_000)
