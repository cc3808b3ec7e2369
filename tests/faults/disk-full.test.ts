import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { postgresCustomerState } from '../../src/adapters/postgres/customer-state/store.ts'
import { Callers } from './callers.ts'
import { ownServer, postmasterOf } from './own-server.ts'

/*
 * A disk without room, for the processes of PostgreSQL that serve: no file of theirs may be written past a place. The
 * operating system refuses that as it refuses a write to a full disk, and it can be done to a real server anywhere.
 */
const linux = process.platform === 'linux'
const ANSWERS_BEFORE_FAULT = 400
/** Behind every place in the files of the log, which have 16 MB. */
const MOST_BYTES = 20 * 2 ** 20
const ROW_BYTES = 7_000
/** Behind every place in the tables, while they are new. */
const LOG_FROM_BYTES = 2 ** 20

const server = ownServer('full')

async function query<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
  const db = new pg.Client(server().url)
  await db.connect()
  try {
    return (await db.query<R>(text, values)).rows
  } finally {
    await db.end()
  }
}

async function limitFiles(pids: readonly number[], bytes: number | 'unlimited'): Promise<void> {
  expect(pids).not.toEqual([])
  for (const pid of pids) {
    // only its own account may
    const { uid, gid } = statSync(`/proc/${pid}`)
    await promisify(execFile)('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:`], { uid, gid })
  }
}

const serving = async (): Promise<number[]> => {
  const rows = await query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  )
  return rows.map(({ pid }) => pid)
}

test.skipIf(!linux)(
  'a log that cannot be written: nothing answered is lost, and nothing doubles',
  async () => {
    const store = postgresCustomerState(server().url)
    const callers = await Callers.of(store)
    const calling = callers.callUntilUnavailable()
    await expect.poll(() => callers.answerCount >= ANSWERS_BEFORE_FAULT, { interval: 1, timeout: 20_000 }).toBe(true)
    // so that the log is written further behind in its file than any table ends
    await query(`SELECT pg_switch_wal(), pg_logical_emit_message(false, '', repeat('x', $1))`, [2 * LOG_FROM_BYTES])
    // PostgreSQL stops at once, as after an fsync that fails, and recovers from what is on disk
    await limitFiles(await serving(), LOG_FROM_BYTES)
    await calling
    expect([...callers.faults].join()).toContain('could not write to log file')
    await callers.repeatUnknown()
    await store.close()
    expect(await callers.inDatabase(server().url)).toEqual(callers.told)
  },
  60_000,
)

test.skipIf(!linux)(
  'no room for another page: nothing answered is lost, and once there is room it goes on',
  async () => {
    const store = postgresCustomerState(server().url)
    const callers = await Callers.of(store)
    // another customer's: the file has grown to the place behind which there is no room
    await query(
      `INSERT INTO usage_event SELECT gen_random_uuid(), n, gen_random_uuid(), NULL, NULL, NULL, NULL, 'f', 0, 1, now(), now(), '[]', repeat('x', $2)
      FROM generate_series(1, $1) AS n`,
      [Math.ceil(MOST_BYTES / ROW_BYTES), ROW_BYTES],
    )
    const calling = callers.callUntilUnavailable()
    await expect.poll(() => callers.answerCount >= ANSWERS_BEFORE_FAULT, { interval: 1, timeout: 20_000 }).toBe(true)
    // those to come have the limits of the process they descend from
    await limitFiles([...(await serving()), postmasterOf(server())], MOST_BYTES)
    await calling
    expect([...callers.faults].join()).toContain('could not extend file')
    await limitFiles([...(await serving()), postmasterOf(server())], 'unlimited')
    await callers.repeatUnknown()
    await store.close()
    expect(await callers.inDatabase(server().url)).toEqual(callers.told)
  },
  60_000,
)
