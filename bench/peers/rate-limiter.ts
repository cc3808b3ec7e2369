import { Redis } from 'ioredis'
import pg from 'pg'
import { RateLimiterPostgres, RateLimiterRedis } from 'rate-limiter-flexible'
import type { Peer } from './peer.ts'

/** Never reached: the bench measures the admitted path. */
const POINTS = 1_000_000_000
const MINUTE = 60
const FIVE_HOURS = 18_000
const WEEK = 604_800

const WITHOUT = 'idempotency, layers, grants, credits, usage event, explanation'

/** rate-limiter-flexible on Redis (appendfsync as the server is set): one counter, or a burst and two windows. */
export async function onRedis(url: string, counters: 1 | 3): Promise<Peer> {
  const redis = new Redis(url, { enableAutoPipelining: true, maxRetriesPerRequest: 1 })
  const limiters = durations(counters).map(
    (duration) =>
      new RateLimiterRedis({ storeClient: redis, keyPrefix: `rlf${counters}_${duration}`, points: POINTS, duration }),
  )
  return {
    name: `rate-limiter-flexible on Redis, ${counters === 1 ? 'one counter' : 'three limits'}`,
    without: `${WITHOUT}; durability (up to a second of answers is lost in a crash)`,
    async decide(customer, cost) {
      await Promise.all(
        limiters.map((limiter, i) => limiter.consume(String(customer), i === 0 && counters === 3 ? 1 : cost)),
      )
    },
    close: () => redis.quit().then(() => undefined),
  }
}

/** rate-limiter-flexible on PostgreSQL: durable, one upsert a limit. */
export async function onPostgres(url: string, counters: 1 | 3): Promise<Peer> {
  const pool = new pg.Pool({ connectionString: url, max: 16 })
  const limiters: RateLimiterPostgres[] = []
  for (const duration of durations(counters)) {
    const options = {
      storeClient: pool,
      storeType: 'pool',
      tableName: `rlf_${counters}`,
      keyPrefix: `w${duration}`,
      points: POINTS,
      duration,
      clearExpiredByTimeout: false,
    } as const
    limiters.push(
      await new Promise<RateLimiterPostgres>((resolve, reject) => {
        const limiter: RateLimiterPostgres = new RateLimiterPostgres(options, (fault?: Error) =>
          fault === undefined || fault === null ? queueMicrotask(() => resolve(limiter)) : reject(fault),
        )
      }),
    )
  }
  return {
    name: `rate-limiter-flexible on PostgreSQL, ${counters === 1 ? 'one counter' : 'three limits'}`,
    without: WITHOUT,
    async decide(customer, cost) {
      await Promise.all(
        limiters.map((limiter, i) => limiter.consume(String(customer), i === 0 && counters === 3 ? 1 : cost)),
      )
    },
    close: () => pool.end(),
  }
}

const durations = (counters: 1 | 3): readonly number[] => (counters === 1 ? [FIVE_HOURS] : [MINUTE, FIVE_HOURS, WEEK])
