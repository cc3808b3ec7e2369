import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../src/generated/prisma/client.ts'
import type { Peer } from './peer.ts'

const TABLES = `
CREATE SCHEMA peer;
CREATE TABLE peer.account (id int PRIMARY KEY, bought bigint NOT NULL, spent bigint NOT NULL);
CREATE TABLE peer.win (account int, kind text, start_ms bigint NOT NULL, used bigint NOT NULL, PRIMARY KEY (account, kind));
CREATE TABLE peer.grants (id int PRIMARY KEY, account int NOT NULL, priority int NOT NULL, expires_ms bigint NOT NULL, remaining bigint NOT NULL);
CREATE INDEX ON peer.grants (account, priority, expires_ms);
CREATE TABLE peer.event (id bigserial PRIMARY KEY, account int NOT NULL, key text NOT NULL, at_ms bigint NOT NULL, cost bigint NOT NULL, included bigint NOT NULL, granted bigint NOT NULL, credits bigint NOT NULL, UNIQUE (account, key));
`
const LENGTHS = { burst: 60_000, five: 18_000_000, week: 604_800_000 } as const
const LIMITS = { burst: 1_000_000_000n, five: 1000n, week: 5000n } as const

/** What most teams would write: one interactive transaction that locks the account's row, reads, computes and writes back. */
export async function prismaTransaction(url: string, customers: number, nowMs: () => number): Promise<Peer> {
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 16 }) })
  for (const statement of TABLES.split(';')
    .map((text) => text.trim())
    .filter(Boolean))
    await prisma.$executeRawUnsafe(statement)
  await prisma.$executeRawUnsafe(
    `INSERT INTO peer.account SELECT i, 1000000000000, 0 FROM generate_series(0, ${customers - 1}) i`,
  )
  await prisma.$executeRawUnsafe(
    `INSERT INTO peer.win SELECT i, k, 0, 0 FROM generate_series(0, ${customers - 1}) i, unnest(ARRAY['burst', 'five', 'week']) k`,
  )
  await prisma.$executeRawUnsafe(
    `INSERT INTO peer.grants SELECT i, i, 1, 4102444800000, 500 FROM generate_series(0, ${customers - 1}) i`,
  )
  let serial = 0
  return {
    name: 'hand-written Prisma interactive transaction with row locks',
    without: 'explanation, ledger, holds',
    async decide(account, amount) {
      const key = `k${serial++}`
      await prisma.$transaction(
        async (tx) => {
          const atMs = BigInt(nowMs())
          const [owner] = await tx.$queryRaw<
            { bought: bigint; spent: bigint }[]
          >`SELECT bought, spent FROM peer.account WHERE id = ${account} FOR UPDATE`
          const seen = await tx.$queryRaw<
            { id: bigint }[]
          >`SELECT id FROM peer.event WHERE account = ${account} AND key = ${key}`
          if (seen.length > 0 || owner === undefined) return
          const windows = await tx.$queryRaw<
            { kind: keyof typeof LENGTHS; start_ms: bigint; used: bigint }[]
          >`SELECT kind, start_ms, used FROM peer.win WHERE account = ${account}`
          const grants = await tx.$queryRaw<
            { id: number; remaining: bigint }[]
          >`SELECT id, remaining FROM peer.grants WHERE account = ${account} AND expires_ms > ${atMs} ORDER BY priority, expires_ms`
          const now = windows.map((window) =>
            atMs >= window.start_ms + BigInt(LENGTHS[window.kind]) ? { ...window, start_ms: atMs, used: 0n } : window,
          )
          const room = now
            .filter((window) => window.kind !== 'burst')
            .map((window) => LIMITS[window.kind] - window.used)
          const cost = BigInt(amount)
          const included = [...room, cost].reduce((least, value) => (value < least ? value : least))
          let rest = cost - included
          let granted = 0n
          for (const grant of grants) {
            const taken = grant.remaining < rest ? grant.remaining : rest
            if (taken === 0n) continue
            rest -= taken
            granted += taken
            await tx.$executeRaw`UPDATE peer.grants SET remaining = remaining - ${taken} WHERE id = ${grant.id}`
          }
          for (const window of now) {
            const used = window.used + (window.kind === 'burst' ? 1n : included)
            await tx.$executeRaw`UPDATE peer.win SET start_ms = ${window.start_ms}, used = ${used} WHERE account = ${account} AND kind = ${window.kind}`
          }
          if (rest > 0n) await tx.$executeRaw`UPDATE peer.account SET spent = spent + ${rest} WHERE id = ${account}`
          await tx.$executeRaw`INSERT INTO peer.event (account, key, at_ms, cost, included, granted, credits) VALUES (${account}, ${key}, ${atMs}, ${cost}, ${included}, ${granted}, ${rest})`
        },
        { maxWait: 60_000, timeout: 60_000 },
      )
    },
    close: () => prisma.$disconnect(),
  }
}
