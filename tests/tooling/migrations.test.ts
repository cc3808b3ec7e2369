import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, inject, test } from 'vitest'
import { cloneDatabase } from '../postgres.ts'

const MIGRATIONS = 'prisma/migrations'

test('the migrations, run in order, end at the schema', async () => {
  const prisma = [
    'prisma',
    'migrate',
    'diff',
    '--from-migrations',
    MIGRATIONS,
    '--to-schema',
    'prisma/schema',
    '--exit-code',
  ]
  const env = { ...process.env, DATABASE_URL: await cloneDatabase(inject('template')) }
  const { stdout } = await promisify(execFile)('npx', prisma, { env })
  expect(stdout).toContain('No difference detected')
})

test('a folder a migration, numbered without a gap, named by verb and object', () => {
  const folders = readdirSync(MIGRATIONS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
  for (const [i, name] of folders.entries()) {
    expect(name).toMatch(new RegExp(`^${String(i + 1).padStart(4, '0')}_[a-z]+(_[a-z0-9]+)+$`))
    expect(readFileSync(join(MIGRATIONS, name, 'migration.sql'), 'utf8').trim()).not.toBe('')
  }
})
