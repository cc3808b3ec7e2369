import { once } from 'node:events'
import { unlink } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { personaUser } from '../api/trpc/personas.ts'
import { defaultPolicy } from '../simulator/default-policy.ts'
import { readDemoFile, writeDemoFile } from '../simulator/demo-file.ts'
import { startDemoTraffic } from '../simulator/demo-traffic.ts'
import { PERSONAS } from '../simulator/personas.ts'
import { type DemoWorld, seedDemo } from '../simulator/seed.ts'
import type { UserId } from '../core/shared/ids.ts'
import { seedQuestions } from '../simulator/seed-questions.ts'
import { seedExtras } from '../simulator/seed-extras.ts'
import { StoreUnavailable } from '../ports/customer-state.ts'
import type { Engine } from '../services/engine.ts'
import type { Config } from './config.ts'
import { type BuiltEngine, buildEngine } from './container.ts'
import { alarmsTo } from './alarms.ts'
import { openDatabase } from './database.ts'
import { drainOf } from './drain.ts'
import { newEndings } from './endings.ts'
import { createHttpServer, type Serving } from './http-server.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { openPayments } from './payments.ts'
import { preparePages, provide } from './pages.ts'
import { readinessOf } from './readiness.ts'
import { startWork } from './work.ts'

export interface Running {
  /** Where people reach it. */
  readonly address: string
  /** Lets calls under way end, then everything else, in reverse order of its start. */
  stop(): Promise<void>
}

/** The port is somebody else's, or not ours to take. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen'
}

export interface StartOptions {
  readonly log: Logger
  /** Hears of each step as it is done. */
  readonly say: (step: string) => void
  /** Ends the start half-way. */
  readonly signal: AbortSignal
}

/** Starts everything in order. The port is taken first, so that a taken one is known at once; calls wait with 503. */
export async function start(config: Config, { log, say, signal }: StartOptions): Promise<Running> {
  const onFault = (error: unknown): void => log.error({ err: error }, 'background work failed')
  const endings = newEndings((error, name) => log.error({ err: error, ending: name }, 'could not be ended cleanly'))
  let serving: Serving | null = null
  const step = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work
    signal.throwIfAborted()
    return result
  }
  try {
    const server = createHttpServer(() => serving, { proxies: config.proxies, metrics: config.metrics })
    const drain = drainOf(server)
    const local = await listen(server, config)
    const address = config.publicUrl ?? local
    endings.add('listener', () => drain.leave())
    say(`listening on ${local}`)
    const keptKey = config.mode === 'demo' ? await takeKeptKey(config.home) : null

    const [databaseUrl, pages] = await step(
      Promise.all([
        openDatabase(config, { endings, say, onFault }),
        config.portal ? preparePages(config, server, endings) : null,
      ]),
    )
    if (pages !== null) say('the portal is loaded')
    const { lanes, queueLimit: queue, secret, webhookTestHosts } = config
    const payments = openPayments(config, { publicUrl: address, onFault })
    const metrics = createMetrics((error, call) => log.error({ err: error, ...call }, 'a call failed'), alarmsTo(log))
    const { alarms } = metrics
    const wiring = { databaseUrl, secret, lanes, queue, payments, alarms, publicUrl: address }
    const built = await step(buildEngine({ ...wiring, webhookTestHosts, firstPolicy: defaultPolicy, onFault }))
    endings.add('engine', () => built.close())
    const { engine, waiting, startMessages } = startWork(built, {
      settles: config.settler,
      home: config.home,
      messages: { smtp: config.smtp, origin: new URL(address).origin },
      endings,
      onFault,
    })
    say(`the engine decides by policy version ${engine.policies.current().version}`)

    watch(metrics, built, waiting)
    const api = { engine, authenticator: built.authenticator, observe: metrics.observer }
    const readiness = () => readinessOf(built)

    let serviceKey: string | null = null
    if (config.mode === 'demo') {
      const world = await step(makeDemo(engine, keptKey))
      serviceKey = world.serviceKey
      say(world.seeded ? 'the demo world was made' : 'the demo world is there')
    }
    startMessages()
    provide(config, { engine, authenticator: built.authenticator, drain: drain.signal, address })
    serving = { api, readiness, metrics, pages: pages?.answer ?? null }

    if (pages !== null) await warmUp(local)
    // traffic ends before connections, connections before everything that they need
    endings.add('connections', () => drain.leave())
    if (serviceKey !== null) {
      await writeDemoFile(config.home, { baseUrl: local, databaseUrl, serviceKey })
      if (config.demoTraffic) startTraffic({ baseUrl: local, serviceKey })
    }
    return { address, stop: () => endings.run() }

    function startTraffic(at: { baseUrl: string; serviceKey: string }): void {
      const traffic = startDemoTraffic({
        ...at,
        onFault: (error) => log.warn({ err: error }, 'demo traffic met a fault'),
      })
      endings.add('demo traffic', () => traffic.stop())
    }
  } catch (fault) {
    await endings.run()
    throw fault
  }
}

/** Where this machine itself reaches it. */
async function listen(server: Server, config: Config): Promise<string> {
  server.listen(config.port, config.host)
  try {
    await once(server, 'listening')
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new CannotListen(
        `port ${config.port} on ${config.host} is taken: end what listens there, or set PORT (PORT=0 takes any free one)`,
      )
    }
    if (code === 'EACCES')
      throw new CannotListen(`port ${config.port} is not for this user: set PORT to one above 1023`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new CannotListen(`this machine has no address ${config.host}: set HOST (127.0.0.1, or 0.0.0.0 for all)`)
    throw fault
  }
  const { port } = server.address() as AddressInfo
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

const WARM_UP_MS = 5_000

/** The first page loads most of what all pages share; better before somebody waits for it. Whether it works is theirs to see. */
async function warmUp(address: string): Promise<void> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(WARM_UP_MS) }).catch(() => null)
  await answer?.body?.cancel()
}

const SEED_ATTEMPTS = 5

/** A world that a busy machine cut off half-way is completed by the next attempt. */
async function makeDemo(engine: Engine, serviceKey: string | null): Promise<DemoWorld> {
  for (let attempt = 1; ; attempt++) {
    try {
      const world = await seedDemo(engine, { atMs: engine.clock.nowMs(), serviceKey })
      await seedExtras(engine)
      // they exist before somebody is one of them, so that alerts have somebody to write to
      const people = new Map<string, UserId>()
      for (const { persona } of PERSONAS) {
        const user = await personaUser(engine, PERSONAS, persona)
        if (user !== null) people.set(persona, user)
      }
      await seedQuestions(engine, people)
      return world
    } catch (fault) {
      if (!(fault instanceof StoreUnavailable) || attempt === SEED_ATTEMPTS) throw fault
    }
  }
}

/** The key of an earlier start. Its file goes until this start is over, so that nobody takes it for ready. */
async function takeKeptKey(home: string): Promise<string | null> {
  const kept = await readDemoFile(home).catch(() => null)
  if (kept !== null) await unlink(join(home, 'demo.json'))
  return kept?.serviceKey ?? null
}

function watch(metrics: Metrics, { engine }: BuiltEngine, waiting: () => number): void {
  const lag = () => engine.settlement.lag(engine.clock.nowMs())
  metrics.watch({
    waiting,
    settlementLagSeconds: async () => ((await lag()).oldestMs ?? 0) / 1000,
    settlementDueNotes: async () => (await lag()).dueNotes,
  })
}
