import { afterEach, describe, expect, it } from 'vitest'
import { startDemoTraffic } from './demo-traffic.ts'
import { type Fault, startFakeEngine } from './testing/fake-engine.ts'

let engine: Awaited<ReturnType<typeof startFakeEngine>> | null = null
afterEach(() => engine?.stop())

async function play(options: { requests: number; faults?: readonly Fault[]; dead?: boolean }) {
  engine = await startFakeEngine({ budget: 10n ** 12n, faults: options.faults ?? [], dead: options.dead ?? false })
  const faults: unknown[] = []
  const traffic = startDemoTraffic({
    baseUrl: engine.baseUrl,
    serviceKey: 'k',
    ratePerSecond: 2_000,
    requests: options.requests,
    workScale: 0,
    onFault: (error) => faults.push(error),
  })
  return { engine, traffic, faults }
}

describe('demo traffic', () => {
  it('asks for people of the demo world, and leaves nothing held', async () => {
    const { engine, traffic, faults } = await play({ requests: 150 })
    await traffic.finished
    expect(faults).toEqual([])
    expect([...engine.customers.keys()].every((id) => /^(demo|sim-demo)-/.test(id))).toBe(true)
    expect([...engine.customers.keys()].some((id) => id.startsWith('demo-'))).toBe(true)
    expect(engine.openHolds()).toBe(0)
  })

  it('waits a busy engine out', async () => {
    const faults: Fault[] = [1, 2, 3].map((call) => ({ path: '/decisions', call, kind: 'busy' }))
    const { engine, traffic, faults: seen } = await play({ requests: 30, faults })
    await traffic.finished
    expect(seen).toEqual([])
    expect(engine.openHolds()).toBe(0)
  })

  it('stops when it is told to, with nothing in flight', async () => {
    const { engine, traffic } = await play({ requests: 1_000_000 })
    await traffic.stop()
    expect(engine.openHolds()).toBe(0)
    await traffic.finished
  })
})
