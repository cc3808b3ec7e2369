import type { Cell } from '../cell.ts'
import { pickerOf } from '../load.ts'
import { measure } from '../measure.ts'
import type { Peer } from '../peers/peer.ts'
import { prismaTransaction } from '../peers/prisma-transaction.ts'
import { onPostgres, onRedis } from '../peers/rate-limiter.ts'
import { redisLua } from '../peers/redis-lua.ts'

const CONCURRENCY = 64
/** Micro-credits; small against the windows that peers keep, so that none is denied. */
const COST = 7

/** Each peer on the same servers as the engine, 64 at once, many customers. Without Redis only those on PostgreSQL. */
export async function peerCells(
  urls: { postgres: string; redis: string | null },
  customers: number,
): Promise<{ cells: readonly Cell[]; close: () => Promise<void> }> {
  const { postgres, redis } = urls
  const peers: Peer[] = []
  if (redis !== null) peers.push(await onRedis(redis, 1), await onRedis(redis, 3), await redisLua(redis, customers))
  peers.push(await onPostgres(postgres, 1), await onPostgres(postgres, 3))
  peers.push(await prismaTransaction(postgres, customers, () => Date.now()))
  return {
    cells: peers.map((peer) => cellOf(peer, customers)),
    async close() {
      for (const peer of peers) await peer.close()
    },
  }
}

function cellOf(peer: Peer, customers: number): Cell {
  const pick = pickerOf('uniform', customers, CONCURRENCY)
  return {
    name: peer.name,
    group: 'peers',
    unit: 'decisions',
    without: peer.without,
    measure: (times) => measure(() => peer.decide(pick(), COST), { concurrency: CONCURRENCY, ...times }),
  }
}
