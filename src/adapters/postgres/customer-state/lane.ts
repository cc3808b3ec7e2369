import type pg from 'pg'
import type { CustomerId } from '../../../core/shared/ids.ts'
import { type RenderAnswer, StoreUnavailable } from '../../../ports/customer-state.ts'
import { type Memory, runOnMemory, runUnderLocks } from './batch.ts'
import type { Call } from './call.ts'
import { Connection } from './connection.ts'
import { Entries } from './entries.ts'
import { faultOf, unavailable } from './faults.ts'
import type { RecentReplies } from './replies.ts'

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
  alone(call: Call): void
}

/**
 * One connection and the calls of its share of the customers, one batch at a time. While a batch commits, the next one
 * gathers; when nothing is under way a call starts at once, so nobody ever waits for a timer.
 */
export class Lane {
  private readonly connection: Connection
  private readonly entries: Entries
  private readonly memory: Memory
  private readonly options: LaneOptions
  private waiting: Call[] = []
  private running: Promise<void> | null = null
  private wary = 0
  /** Had the last batch more than one call? */
  private busy = false

  constructor(options: LaneOptions) {
    this.options = options
    this.connection = new Connection(options.url)
    this.entries = new Entries(options.customers)
    this.memory = { entries: this.entries, replies: options.replies, render: options.render, alone: options.alone }
  }

  /** False: the queue is full. */
  add(call: Call): boolean {
    if (this.waiting.length >= this.options.queue) return false
    this.waiting.push(call)
    this.running ??= this.run()
    return true
  }

  /** Another connection changed this customer: what is remembered would only be found out of date. */
  forget(customer: CustomerId): void {
    this.entries.forget(customer)
  }

  /** Waits for the calls that were accepted. */
  async close(): Promise<void> {
    await this.running
    await this.connection.close()
  }

  private async run(): Promise<void> {
    // Calls that are made together join the first batch; under load also those that arrive in the same turn of the event
    // loop, which a lone caller need not wait for.
    await (this.busy ? new Promise(setImmediate) : null)
    while (this.waiting.length > 0) {
      const calls = this.waiting.slice(0, this.options.batch)
      this.busy = calls.length > 1
      this.waiting = this.waiting.slice(this.options.batch)
      await this.process(calls)
    }
    this.running = null
  }

  /** Answers every call, whatever happens. */
  private async process(calls: readonly Call[]): Promise<void> {
    let client: pg.Client | null = null
    try {
      client = await this.connection.get()
      let redo: readonly Call[]
      try {
        if (this.wary > 0) this.wary -= 1
        redo = await runOnMemory(client, calls, this.memory, this.wary > 0 ? 'look up' : 'known new')
      } catch (error) {
        const fault = faultOf(error)
        if (fault === 'unavailable') throw error
        if (fault === 'conflict') this.wary = WARY_BATCHES
        redo = calls
      }
      if (redo.length > 0) await this.underLocks(client, redo)
    } catch (error) {
      if (client !== null) this.connection.drop(client)
      const fault = unavailable(error)
      for (const call of calls) call.reject(fault)
    }
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
