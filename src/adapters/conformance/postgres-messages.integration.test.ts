import { afterEach, describe } from 'vitest'
import { postgresMailStore } from '../postgres/mail-store.ts'
import { openPostgres } from '../postgres/testing/open-world.ts'
import { mailStoreConformance } from './mail-store.ts'

const opened: Awaited<ReturnType<typeof openPostgres>>[] = []
const open = async () => {
  const database = await openPostgres()
  opened.push(database)
  return database
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

describe('postgres mail store', () => {
  mailStoreConformance(async () => postgresMailStore((await open()).pool))
})
