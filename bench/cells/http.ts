import type { Cell } from '../cell.ts'
import { cpuClock, cpuPerCall } from '../cpu.ts'
import { startLoad } from '../http/load.ts'
import type { LoadOrder } from '../http/load-process.ts'
import { type Sample, serveBare, serveEngine } from '../http/serve.ts'
import type { World } from '../world.ts'

const CONNECTIONS = 64
const BATCH_CONNECTIONS = 4
const BATCH_ENTRIES = 100
const PATH = '/api/v1/decisions'

/** The whole HTTP path, the load from another process over keep-alive connections; and node:http alone, same sizes. */
export async function httpCells(world: World): Promise<{ cells: readonly Cell[]; close: () => Promise<void> }> {
  const served = await serveEngine(world)
  const bare = await serveBare(await sampleAnswer(world, served))
  const load = startLoad()
  const order = { path: PATH, key: served.key, customers: world.customers }
  const single = { ...order, connections: CONNECTIONS, entries: 0 }
  const cellOf = (cell: Omit<Cell, 'group' | 'measure'>, fixed: Omit<LoadOrder, 'warmMs' | 'runMs'>): Cell => ({
    group: 'http',
    ...cell,
    async measure(times) {
      const clock = await cpuClock(world.pool)
      let before = clock()
      const measured = await load.measure({ ...fixed, ...times }, () => {
        before = clock()
      })
      // the servers are in this process, the load is not
      return { ...measured, more: cpuPerCall(before, clock(), measured.calls * Math.max(1, fixed.entries)) }
    },
  })
  return {
    cells: [
      cellOf({ name: `HTTP single ${CONNECTIONS}`, unit: 'decisions', without: '' }, { ...single, port: served.port }),
      cellOf(
        { name: `HTTP batch ${BATCH_CONNECTIONS} x ${BATCH_ENTRIES}`, unit: 'decisions', without: '' },
        {
          ...order,
          path: `${PATH}/batch`,
          port: served.port,
          connections: BATCH_CONNECTIONS,
          entries: BATCH_ENTRIES,
        },
      ),
      cellOf(
        { name: `bare node:http ${CONNECTIONS}`, unit: 'requests', without: 'everything but HTTP' },
        { ...single, port: bare.port },
      ),
    ],
    async close() {
      await load.stop()
      await served.close()
      await bare.close()
    },
  }
}

async function sampleAnswer(world: World, { port, key }: { port: number; key: string }): Promise<Sample> {
  const response = await fetch(`http://127.0.0.1:${port}${PATH}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'Idempotency-Key': 'bench-sample' },
    body: JSON.stringify({
      customer: world.customers[0],
      feature: 'codex.task',
      usage: { input_tokens: 4_808, output_tokens: 10 },
      attributes: { model: 'large' },
    }),
  })
  const body = await response.text()
  if (response.status !== 200) throw new Error(`the sample was answered ${response.status}: ${body}`)
  const headers = [...response.headers].filter(([name]) => !ADDED.has(name)).flat()
  return { body, headers }
}

/** By node:http, to the answers of both. */
const ADDED: ReadonlySet<string> = new Set(['connection', 'date', 'keep-alive'])
