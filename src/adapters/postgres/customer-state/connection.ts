import type pg from 'pg'
import { StoreUnavailable } from '../../../ports/customer-state.ts'
import { laneClient } from '../pool.ts'
import { unavailable } from './faults.ts'
import { rowTypesOf } from './row-types.ts'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 800

/**
 * The connection of one lane: made when it is first needed, made again when it broke. After a failed attempt there is a
 * pause, which doubles up to a bound; whoever asks during it fails at once instead of waiting.
 */
export class Connection {
  private readonly url: string
  private current: Promise<pg.Client> | null = null
  /** The client behind `current`. */
  private opened: pg.Client | null = null
  private pauseMs = 0
  private pausing = false
  private closed = false

  constructor(url: string) {
    this.url = url
  }

  /** Throws StoreUnavailable when there is none to be had. */
  get(): Promise<pg.Client> {
    if (this.closed) throw new StoreUnavailable('the store is closed')
    if (this.pausing) throw new StoreUnavailable('the database cannot be reached')
    this.current ??= this.open()
    return this.current
  }

  /** Not to be used again: what it was doing is unknown. */
  drop(client: pg.Client): void {
    // Several batches may find out; the second must not drop the connection that the first made room for.
    if (client === this.opened) this.current = null
    client.end().catch(() => {})
    ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  }

  async close(): Promise<void> {
    this.closed = true
    const client = await this.current?.catch(() => null)
    await client?.end()
  }

  private async open(): Promise<pg.Client> {
    const client = laneClient(this.url)
    client.on('error', () => {
      if (client === this.opened) this.current = null
    })
    this.opened = client
    try {
      await client.connect()
      await rowTypesOf(client)
      this.pauseMs = 0
      return client
    } catch (error) {
      this.current = null
      client.end().catch(() => {})
      this.pause()
      throw unavailable(error)
    }
  }

  private pause(): void {
    this.pauseMs = Math.min(this.pauseMs === 0 ? FIRST_PAUSE_MS : this.pauseMs * 2, LONGEST_PAUSE_MS)
    this.pausing = true
    setTimeout(() => {
      this.pausing = false
    }, this.pauseMs).unref()
  }
}
