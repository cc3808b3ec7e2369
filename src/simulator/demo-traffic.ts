import { Spillway } from '../client/spillway.ts'
import type { AccessRequest } from '../client/types.ts'
import { assigner } from './assign.ts'
import { nodeTransport } from './node-transport.ts'
import { STORIES } from './persona-stories.ts'
import { makePopulation } from './population.ts'
import { ensureCustomer } from './provision.ts'
import { type Random, seededRandom } from './random.ts'
import { DEMO_SEED } from './seed.ts'

export interface DemoTrafficOptions {
  readonly baseUrl: string
  readonly serviceKey: string
  /** The same seed asks in the same order; the demo's by default. */
  readonly seed?: string
  /** Mean requests per second; 2.5 by default. */
  readonly ratePerSecond?: number
  /** Told of what failed after all retries; traffic goes on. */
  readonly onFault?: (error: unknown) => void
  /** Factor on the time that tasks take: 0 in tests, 1 by default. */
  readonly workScale?: number
  /** Ends after so many; endless by default. */
  readonly requests?: number
}

const MAX_IN_FLIGHT = 12
/** After a fault, so that a restarting engine is not hammered. */
const REST_MS = 2_000
const POPULATION = 120

/**
 * Personas in the gentle stream, each with its share of all requests. Sizes are such that windows last for hours: a demo
 * that was left alone for a day still has customers in every standing.
 */
const VISITORS = [
  { externalId: 'demo-ada', share: 0.008, subjects: ['member-ada'], feature: 'codex.task', tokens: 500 },
  { externalId: 'demo-ben', share: 0.008, subjects: ['member-ben'], feature: 'codex.task', tokens: 2_500 },
  {
    externalId: 'demo-halden',
    share: 0.03,
    subjects: ['key-ci', 'key-web', 'key-ide', 'key-nightly'],
    feature: 'codex.task',
    tokens: 1_500,
  },
  { externalId: 'demo-mira', share: 0.001, subjects: ['member-mira'], feature: 'video.generate', tokens: 0 },
  {
    externalId: 'demo-meridian',
    share: 0.04,
    subjects: ['member-lee', 'member-sato', 'member-diaz', 'member-khan', 'key-batch'],
    feature: 'codex.task',
    tokens: 2_000,
  },
] as const
const TOKENS = 300
/** Reserved; what a task writes above is drawn at its capture. */
const MAX_WRITTEN = 128

interface Visit {
  readonly externalId: string
  readonly subject: string
  readonly feature: string
  readonly usage: Record<string, number>
  readonly actual: Record<string, number>
  readonly attributes: Record<string, string>
  readonly workMs: number
}

/**
 * Endless, gentle traffic on the demo world over HTTP: authorize, work, capture, a few broken tasks. Faults of the engine are
 * waited out. `stop` gives running tasks' holds back and resolves when nothing is in flight any more.
 */
export function startDemoTraffic(options: DemoTrafficOptions): { stop(): Promise<void>; finished: Promise<void> } {
  const seed = options.seed ?? DEMO_SEED
  const random = seededRandom(`${seed}/traffic`)
  const nextVisit = visits(seed, random)
  const { transport, close } = nodeTransport(MAX_IN_FLIGHT)
  const spillway = new Spillway({ baseUrl: options.baseUrl, key: options.serviceKey, transport, attempts: 5 })
  const customers = directory(spillway, seed)
  const abort = new AbortController()
  const inFlight = new Set<Promise<void>>()
  let restUntilMs = 0

  const visit = async (one: Visit) => {
    try {
      await perform(spillway, await customers(one.externalId), one, (ms) =>
        pause(ms * (options.workScale ?? 1), abort.signal).then(() => abort.signal.aborted),
      )
    } catch (error) {
      restUntilMs = performance.now() + REST_MS
      options.onFault?.(error)
    }
  }
  const loop = async () => {
    const most = options.requests ?? Number.POSITIVE_INFINITY
    for (let i = 0; i < most && !abort.signal.aborted; i += 1) {
      await pause(random.exponential(1_000 / (options.ratePerSecond ?? 2.5)), abort.signal)
      const one = nextVisit()
      if (abort.signal.aborted || inFlight.size >= MAX_IN_FLIGHT || performance.now() < restUntilMs) continue
      const running: Promise<void> = visit(one).finally(() => inFlight.delete(running))
      inFlight.add(running)
    }
    await Promise.all(inFlight)
    close()
  }
  const finished = loop()
  return {
    finished,
    async stop() {
      abort.abort()
      await finished
    },
  }
}

/** One in sixty tasks breaks off, and every one when traffic stops (`pauseFor` says so): the client gives its hold back. */
async function perform(
  spillway: Spillway,
  customer: string,
  visit: Visit,
  pauseFor: (ms: number) => Promise<boolean>,
): Promise<void> {
  const { subject, feature, usage, attributes } = visit
  const request: AccessRequest = {
    customer,
    subject,
    feature,
    usage,
    attributes,
    ttlSeconds: feature === 'video.generate' ? 3_600 : 300,
  }
  const broken = visit.workMs % 60 === 0
  const work = async () => {
    const stopped = await pauseFor(visit.workMs)
    if (broken || stopped) throw new TaskBroken('the demo task broke off')
    return { value: null, actual: { usage: visit.actual } }
  }
  await spillway.run(request, work).catch((error: unknown) => {
    if (!(error instanceof TaskBroken)) throw error
  })
}

class TaskBroken extends Error {}

function visits(seed: string, random: Random): () => Visit {
  const population = makePopulation({ seed, customers: POPULATION })
  const assign = assigner(population, `${seed}/traffic`)
  let row = 0
  return () => {
    row += 1
    let at = random.next()
    const persona = VISITORS.find((one) => {
      at -= one.share
      return at < 0
    })
    if (persona?.feature === 'video.generate') return video(persona.externalId, random)
    if (persona)
      return task(random, {
        externalId: persona.externalId,
        subject: random.pick(persona.subjects),
        feature: persona.feature,
        model: 'codex-large',
        tokens: persona.tokens,
      })
    const { customer, subject, feature, model } = assign(row)
    return task(random, { externalId: customer.externalId, subject, feature, model, tokens: TOKENS })
  }
}

function task(
  random: Random,
  what: { externalId: string; subject: string; feature: string; model: string; tokens: number },
): Visit {
  const input = Math.min(16_000, Math.round(random.logNormal(what.tokens, 0.8)))
  const cached = random.chance(0.4) ? Math.floor(input * 0.6) : 0
  const written = Math.round(random.logNormal(30, 0.8))
  const read = { input_tokens: input - cached, cached_input_tokens: cached }
  return {
    externalId: what.externalId,
    subject: what.subject,
    feature: what.feature,
    usage: { ...read, output_tokens: MAX_WRITTEN },
    actual: { ...read, output_tokens: written },
    attributes: { model: what.model },
    workMs: Math.min(8_000, 300 + written * 12),
  }
}

function video(externalId: string, random: Random): Visit {
  const seconds = random.between(4, 10)
  const resolution = random.weighted({ '480p': 3, '720p': 2, '1080p': 1 })
  return {
    externalId,
    subject: 'member-mira',
    feature: 'video.generate',
    usage: { video_seconds: seconds },
    actual: { video_seconds: seconds },
    attributes: { resolution },
    workMs: 15_000 + seconds * 1_000,
  }
}

/** Finds or makes each of the demo's customers once. */
function directory(spillway: Spillway, seed: string): (externalId: string) => Promise<string> {
  const all = [...makePopulation({ seed, customers: POPULATION }), ...STORIES.map((story) => story.customer)]
  const byExternalId = new Map(all.map((customer) => [customer.externalId, customer]))
  const known = new Map<string, string>()
  return async (externalId) => {
    const customer = byExternalId.get(externalId)
    if (customer === undefined) throw new Error(`${externalId} is nobody of the demo world`)
    const id = known.get(externalId) ?? (await ensureCustomer(spillway, customer)).id
    known.set(externalId, id)
    return id
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, signal.aborted ? 0 : ms)
    signal.addEventListener('abort', done)
  })
}
