import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { type RenderAnswer, StoreUnavailable } from '../../../ports/customer-state.ts'
import { type Memory, runOnMemory, runUnderLocks } from './batch.ts'
import type { Call } from './call.ts'
import { Connection } from './connection.ts'
import { Entries } from './entries.ts'
import { faultOf, unavailable } from './faults.ts'
import { Flight } from './flight.ts'
import type { RecentReplies } from './replies.ts'
import { Wakefulness } from './stay-awake.ts'

/** Attempts under locks after which a batch that always meets another process gives up. */
const ATTEMPTS = 3

/**
 * A key that was used before, and is not remembered, makes a batch fail that did not look its keys up. Such keys come
 * from other processes or from before a restart, and seldom alone: the next batches look first.
 */
const WARY_BATCHES = 256

export interface LaneOptions {
  readonly url: string
  readonly replies: RecentReplies
  readonly render: RenderAnswer | null
  /** Most calls in one commit. */
  readonly batch: number
  /** Most calls waiting for their turn. */
  readonly queue: number
  /** Most customers remembered. */
  readonly customers: number
  /** Of them those who are kept ready when nobody uses them. */
  readonly awake: number
  alone(call: Call): void
}

/**
 * Batches under way at once: while one commits, the next is planned and sent behind it, so that neither this process nor
 * the database waits for the other. The next one may build on what the first will leave: see `Flight`.
 */
const MOST_BATCHES = 2

/** Fewer calls than this go together; more are split, so that there is a second batch to overlap with. */
const WORTH_SPLITTING = 16

/**
 * One connection and the calls of its share of the customers. While batches commit, the next one gathers; when nothing is
 * under way a call starts at once, so nobody ever waits for a timer.
 */
export class Lane {
  private readonly connection: Connection
  private readonly entries: Entries
  private readonly memory: Memory
  private readonly options: LaneOptions
  private waiting: Call[] = []
  /** To be decided again under locks, in a transaction that has the connection for itself. */
  private redo: Call[] = []
  private batches = 0
  private alone = false
  private scheduled = false
  /** The latest batch under way that has calls of a customer. */
  private readonly busy = new Map<CustomerId, Flight>()
  private readonly name = randomUUID()
  private flights = 0
  /** Had the last batch more than one call? */
  private loaded = false
  private wary = 0
  private readonly wakefulness = new Wakefulness()
  private idle: (() => void)[] = []

  constructor(options: LaneOptions) {
    this.options = options
    this.connection = new Connection(options.url)
    this.entries = new Entries({ bound: options.customers, awake: options.awake })
    this.memory = {
      entries: this.entries,
      replies: options.replies,
      render: options.render,
      alone: options.alone,
    }
  }

  /** False: the queue is full. */
  add(call: Call): boolean {
    if (this.waiting.length >= this.options.queue) return false
    this.waiting.push(call)
    if (!this.scheduled && this.batches < MOST_BATCHES) this.schedule()
    return true
  }

  /** Another connection changed this customer: what is remembered would only be found out of date. */
  forget(customer: CustomerId): void {
    this.entries.forget(customer)
  }

  /** Waits for the calls that were accepted. */
  async close(): Promise<void> {
    while (this.waiting.length > 0 || this.redo.length > 0 || this.batches > 0)
      await new Promise<void>((resolve) => this.idle.push(resolve))
    await this.connection.close()
  }

  /**
   * Calls that are made together join one batch; under load also those that arrive in the same turn of the event loop,
   * which a lone caller need not wait for.
   */
  private schedule(): void {
    this.scheduled = true
    const start = (): void => {
      this.scheduled = false
      this.start()
    }
    if (this.loaded) setImmediate(start)
    else queueMicrotask(start)
  }

  private start(): void {
    if (this.alone) return
    if (this.redo.length > 0) {
      if (this.batches === 0) this.startAlone()
      return
    }
    while (this.batches < MOST_BATCHES) {
      const calls = this.take()
      if (calls.length === 0) return
      this.loaded = calls.length > 1
      this.batches += 1
      const flight = new Flight(`${this.name} ${++this.flights}`, this.followed)
      for (const { customer } of calls) this.busy.set(customer, flight)
      if (calls.length === 1 && this.batches === 1) this.awaitAwake()
      void this.process(calls, flight).then((redo) => {
        for (const { customer } of calls) if (this.busy.get(customer) === flight) this.busy.delete(customer)
        this.redo.push(...redo)
        this.ended()
      })
    }
  }

  /** Until a lone call is answered, or a second one comes: then there is work to do meanwhile. */
  private awaitAwake(): void {
    const flight = this.flights
    this.wakefulness.stayAwakeWhile(() => this.batches === 1 && this.flights === flight)
  }

  /** Those whose customers had to wait for the last batch need not any more. */
  private readonly followed = (): void => {
    if (this.waiting.length > 0 && !this.scheduled && this.batches < MOST_BATCHES) this.schedule()
  }

  private startAlone(): void {
    const calls = this.redo
    this.redo = []
    this.alone = true
    this.batches += 1
    void this.decideAgain(calls).then(() => {
      this.alone = false
      this.ended()
    })
  }

  private ended(): void {
    this.batches -= 1
    // Those who were answered may ask again at once: they are heard before the next batch is made.
    if (!this.scheduled) this.schedule()
    if (this.batches === 0 && this.idle.length > 0) for (const heard of this.idle.splice(0)) heard()
  }

  /** The next batch: calls in the order in which they came, but for those whose customer's state is not decided yet. */
  private take(): readonly Call[] {
    const { waiting, options, busy } = this
    const fair =
      this.batches === 0 && waiting.length >= WORTH_SPLITTING ? Math.ceil(waiting.length / 2) : waiting.length
    const most = Math.min(fair, options.batch)
    if (busy.size === 0) {
      const calls = waiting.slice(0, most)
      this.waiting = waiting.slice(most)
      return calls
    }
    const calls: Call[] = []
    const rest: Call[] = []
    for (const call of waiting) (calls.length < most && this.free(call) ? calls : rest).push(call)
    this.waiting = rest
    return calls
  }

  private free({ customer }: Call): boolean {
    const flight = this.busy.get(customer)
    return flight === undefined || flight.open
  }

  /** Answers every call, whatever happens, but for those that it returns. */
  private async process(calls: readonly Call[], flight: Flight): Promise<readonly Call[]> {
    let client: pg.Client | null = null
    try {
      client = await this.connection.get()
      try {
        if (this.wary > 0) this.wary -= 1
        return await runOnMemory(client, calls, this.memory, { keys: this.wary > 0 ? 'look up' : 'known new', flight })
      } catch (error) {
        const fault = faultOf(error)
        if (fault === 'unavailable') throw error
        if (fault === 'conflict') this.wary = WARY_BATCHES
        return calls
      }
    } catch (error) {
      this.reject(client, calls, error)
      return []
    }
  }

  private async decideAgain(calls: readonly Call[]): Promise<void> {
    let client: pg.Client | null = null
    try {
      client = await this.connection.get()
      await this.underLocks(client, calls)
    } catch (error) {
      this.reject(client, calls, error)
    }
  }

  private reject(client: pg.Client | null, calls: readonly Call[], error: unknown): void {
    if (client !== null) this.connection.drop(client)
    const fault = unavailable(error)
    for (const call of calls) call.reject(fault)
  }

  /** A batch that the database refuses is taken apart, so that the one bad call harms nobody else. */
  private async underLocks(client: pg.Client, calls: readonly Call[]): Promise<void> {
    let open = calls
    for (let attempt = 0; attempt < ATTEMPTS && open.length > 0; attempt++) {
      try {
        open = await runUnderLocks(client, open, this.memory)
      } catch (error) {
        const fault = faultOf(error)
        if (fault === 'unavailable') throw error
        if (fault === 'conflict') continue
        const [only, ...others] = open
        if (others.length === 0) return only?.reject(error)
        for (const call of open) await this.underLocks(client, [call])
        return
      }
    }
    for (const call of open) call.reject(new StoreUnavailable('other processes were always faster'))
  }
}
