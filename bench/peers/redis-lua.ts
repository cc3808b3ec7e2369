import { Redis } from 'ioredis'
import type { Peer } from './peer.ts'

/** A burst counter, two windows and a credit balance in one script: what a team writes by hand. */
const SCRIPT = `
local cost = tonumber(ARGV[1])
local burst = redis.call('INCR', KEYS[1])
if burst == 1 then redis.call('EXPIRE', KEYS[1], 60) end
if burst > tonumber(ARGV[2]) then return {0, burst, 0, 0} end
local five = tonumber(redis.call('GET', KEYS[2]) or '0')
local week = tonumber(redis.call('GET', KEYS[3]) or '0')
local room = math.min(tonumber(ARGV[3]) - five, tonumber(ARGV[4]) - week)
local included = math.max(0, math.min(room, cost))
local rest = cost - included
if rest > 0 then
  local credits = tonumber(redis.call('GET', KEYS[4]) or '0')
  if credits < rest then return {0, burst, included, rest} end
  redis.call('DECRBY', KEYS[4], rest)
end
if included > 0 then
  if redis.call('INCRBY', KEYS[2], included) == included then redis.call('EXPIRE', KEYS[2], 18000) end
  if redis.call('INCRBY', KEYS[3], included) == included then redis.call('EXPIRE', KEYS[3], 604800) end
end
redis.call('XADD', KEYS[5], '*', 'cost', cost, 'included', included, 'credits', rest)
return {1, burst, included, rest}
`

/** Balance and windows as bare numbers in one Redis, with a stream of events. */
export async function redisLua(url: string, customers: number): Promise<Peer> {
  const redis = new Redis(url, { enableAutoPipelining: true, maxRetriesPerRequest: 1 })
  redis.defineCommand('decide', { numberOfKeys: 5, lua: SCRIPT })
  const fill = redis.pipeline()
  for (let i = 0; i < customers; i++) fill.set(`{${i}}:credits`, '1000000000000')
  await fill.exec()
  const decide = (
    redis as unknown as { decide(...parts: string[]): Promise<[number, number, number, number]> }
  ).decide.bind(redis)
  return {
    name: 'hand-written Redis Lua counter with a stream',
    without: 'durability (up to a second of answers is lost in a crash), idempotency, grants, a ledger, explanation',
    async decide(customer, cost) {
      const at = `{${customer}}`
      const [allowed] = await decide(
        `${at}:burst`,
        `${at}:five`,
        `${at}:week`,
        `${at}:credits`,
        `events:${customer % 16}`,
        String(cost),
        '1000000000',
        '1000',
        '5000',
      )
      if (allowed !== 1) throw new Error('the bench measures the admitted path')
    },
    close: () => redis.quit().then(() => undefined),
  }
}
