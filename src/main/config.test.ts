import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const SECRET = 'x'.repeat(32)
const DATABASE_URL = 'postgresql://u:p@localhost/d'
const NEEDED = [
  'SPILLWAY_SECRET: production needs a secret of its own (openssl rand -base64 48), the same on every process',
  'DATABASE_URL: production needs a PostgreSQL server: postgresql://user:password@host:5432/database',
]
const home = () => mkdtempSync(join(tmpdir(), 'spillway-config-'))

test('nothing set: a demo on 127.0.0.1:3000 with PostgreSQL of its own', () => {
  const SPILLWAY_HOME = home()
  const read = readConfig({ SPILLWAY_HOME })
  expect(read).toMatchObject({
    ok: true,
    config: {
      mode: 'demo',
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: null,
      demoTraffic: true,
      settler: true,
      portal: true,
      home: SPILLWAY_HOME,
    },
  })
})

test('a demo makes its secret once, for its owner only', () => {
  const SPILLWAY_HOME = home()
  const [first, second] = [readConfig({ SPILLWAY_HOME }), readConfig({ SPILLWAY_HOME })]
  const file = join(SPILLWAY_HOME, 'secret')
  expect(first.ok && first.config.secret).toBe(readFileSync(file, 'utf8').trim())
  expect(first).toEqual(second)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('production takes what it is given and no demo', () => {
  const read = readConfig({
    SPILLWAY_MODE: 'production',
    SPILLWAY_SECRET: SECRET,
    DATABASE_URL,
    PORT: '0',
    SPILLWAY_PORTAL: '',
  })
  expect(read).toMatchObject({
    ok: true,
    config: {
      mode: 'production',
      secret: SECRET,
      databaseUrl: DATABASE_URL,
      port: 0,
      demoTraffic: false,
      portal: true,
    },
  })
})

test.each([
  [{ PORT: 'abc' }, ['PORT: write a whole number from 0 to 65535 (it is "abc")']],
  [{ PORT: '70000' }, ['PORT: write a whole number from 0 to 65535 (it is "70000")']],
  [{ SPILLWAY_MODE: 'test' }, ['SPILLWAY_MODE: write one of demo, production (it is "test")']],
  [
    { SPILLWAY_SETTLER: 'yes', LOG_LEVEL: 'loud' },
    [
      'SPILLWAY_SETTLER: write on or off (it is "yes")',
      'LOG_LEVEL: write one of trace, debug, info, warn, error, fatal, silent (it is "loud")',
    ],
  ],
  [
    { DATABASE_URL: 'mysql://root:hunter2@x' },
    ['DATABASE_URL: write a PostgreSQL address: postgresql://user:password@host:5432/database'],
  ],
  [{ SPILLWAY_SECRET: 'short' }, ['SPILLWAY_SECRET: write at least 32 random characters (openssl rand -base64 48)']],
  [{ SPILLWAY_MODE: 'production' }, NEEDED],
  [{ SPILLWAY_MODE: 'production', PORT: '-1' }, ['PORT: write a whole number from 0 to 65535 (it is "-1")', ...NEEDED]],
])('%j is refused with every problem at once', (env, problems) => {
  const read = readConfig(env)
  expect(read.ok ? [] : read.problems.toSorted()).toEqual(problems.toSorted())
})
