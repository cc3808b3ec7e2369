import { commitCells } from './cells/commits.ts'
import { coreCell } from './cells/core.ts'
import { explorerCells } from './cells/explorer.ts'
import { httpCells } from './cells/http.ts'
import { pageCells } from './cells/pages.ts'
import { peerCells } from './cells/peers.ts'
import { settledCell } from './cells/settled.ts'
import { touchAll, transactCell } from './cells/transact.ts'
import type { Cell } from './cell.ts'
import { growthStage } from './growth.ts'
import { loadEvents } from './load-events.ts'
import { loadUsage } from './load-usage.ts'
import type { Options } from './options.ts'
import { startRedis } from './redis.ts'
import { type BenchServer, createDatabase, openWorld, startServer, type World } from './world.ts'

const CUSTOMERS = 10_000
const PAGE_EVENTS = 1_000_000
const EXPLORED_EVENTS = 1_000_000
const PAGE_CUSTOMERS = 1_000
const PINGS = 20

/** Everything that is measured, with the servers behind it. */
export interface Stage {
  readonly cells: readonly Cell[]
  readonly postgres: string
  readonly redis: string | null
  /** Between rounds: what the round wrote goes, so that every round meets the same tables. */
  sweep(): Promise<void>
  close(): Promise<void>
}

export async function openStage(options: Options, say: (what: string) => void): Promise<Stage> {
  const endings: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const end of endings.toReversed()) await end()
  }
  try {
    const server = await startServer()
    endings.push(() => server.stop())
    say(`PostgreSQL ${server.version}, embedded, fsync on`)
    if (options.growth) {
      const grown = await growthStage(server, { scale: options.growthScale, endings, say })
      return { ...grown, postgres: server.version, redis: null, close }
    }
    return { ...(await mainStage(server, { options, endings, say })), close }
  } catch (fault) {
    await close()
    throw fault
  }
}

async function mainStage(
  server: BenchServer,
  { options, endings, say }: { options: Options; endings: (() => Promise<unknown>)[]; say: (what: string) => void },
): Promise<Omit<Stage, 'close'>> {
  const soaks = options.soakMinutes !== null
  const wanted = (group: Cell['group']): boolean => (soaks ? group === 'settler' : (options.only?.has(group) ?? true))
  const world = await openWorld(server, 'spillway', CUSTOMERS)
  endings.push(() => world.close())
  await touchAll(world)
  say(`${CUSTOMERS} customers`)
  const cells: Cell[] = []
  const add = (made: { cells: readonly Cell[]; close: () => Promise<void> }): void => {
    cells.push(...made.cells)
    endings.push(made.close)
  }

  if (wanted('transact')) cells.push(...transactCells(world, options.mode))
  if (wanted('settler')) cells.push(settledCell(world, 64))
  if (wanted('http')) add(await httpCells(world))
  if (wanted('limits')) {
    cells.push(coreCell(world.engine.ids, world.engine.clock.nowMs()))
    add(await commitCells(await createDatabase(server, 'limits'), world.engine.ids))
  }
  let redis: string | null = null
  if (wanted('peers')) {
    const started = await startRedis()
    if (started === null) say('redis-server is not installed: the peers on Redis are left out')
    else endings.push(() => started.stop())
    redis = started?.version ?? null
    const urls = { postgres: await createDatabase(server, 'peers'), redis: started?.url ?? null }
    add(await peerCells(urls, CUSTOMERS))
    say(`peers on PostgreSQL${redis === null ? '' : ` and Redis ${redis} (appendfsync everysec)`}`)
  }
  if (wanted('pages') && options.mode === 'full') {
    const pages = await openWorld(server, 'pages', PAGE_CUSTOMERS)
    endings.push(() => pages.close())
    await loadEvents(pages, PAGE_EVENTS)
    await untilItAnswers(pages)
    say(`${PAGE_EVENTS} events of each kind for the pages`)
    cells.push(...pageCells(pages))
    const [looking] = pages.customers.slice(-1)
    if (looking !== undefined) {
      const perSecond = await loadUsage(pages, looking, EXPLORED_EVENTS)
      say(`${EXPLORED_EVENTS} usage events of one customer, summed at ${Math.round(perSecond)}/s`)
      cells.push(...explorerCells(pages, looking))
    }
  }
  return { cells, postgres: server.version, redis, sweep: () => sweep(world) }
}

function transactCells(world: World, mode: Options['mode']): Cell[] {
  if (mode === 'quick') {
    return [
      ...[1, 64, 256].map((concurrency) => transactCell(world, 'uniform', concurrency)),
      transactCell(world, 'zipf', 64),
      transactCell(world, 'hot', 64),
    ]
  }
  return (['uniform', 'zipf', 'hot'] as const).flatMap((load) =>
    [1, 16, 64, 256].map((concurrency) => transactCell(world, load, concurrency)),
  )
}

/** After a load the server is busy for a while; an engine gives up a new connection after a second and a half. */
async function untilItAnswers({ built }: World): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await built.ping()
    } catch (fault) {
      if (attempt === PINGS) throw fault
    }
  }
}

async function sweep({ pool }: World): Promise<void> {
  await pool.query('TRUNCATE decision, usage_event, monetization_event, idempotency_entry, due_note')
}
