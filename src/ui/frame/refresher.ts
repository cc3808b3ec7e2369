import type { QueryClient, QueryFilters } from '@tanstack/react-query'

/** What fails or gives way this often is left for the next ring. */
const MOST_ROUNDS = 3

/**
 * Reads again what a change may have made old. Never cuts off a reading that is under way (somebody may be waiting for
 * older rows of a list), and never misses a change that came during one: that change starts another round after it.
 */
export class Refresher {
  private wanted = false
  private running = false
  private old = false
  private readonly queries: QueryClient
  private readonly filter: QueryFilters

  constructor(queries: QueryClient, filter: QueryFilters) {
    this.queries = queries
    this.filter = filter
  }

  /** True while something on the page could not be read again after a change: it may be old. */
  get behind(): boolean {
    return this.old
  }

  ring(): void {
    this.wanted = true
    if (!this.running) void this.run()
  }

  private async run(): Promise<void> {
    this.running = true
    for (let round = 0; this.wanted; round++) {
      this.wanted = false
      await this.quiet()
      await this.queries.invalidateQueries(this.filter, { cancelRefetch: false })
      this.old = this.someOld()
      if (this.old && round < MOST_ROUNDS) this.wanted = true
    }
    this.running = false
  }

  /** Resolves when none of these queries is being read. */
  private async quiet(): Promise<void> {
    while (this.queries.isFetching(this.filter) > 0) {
      await new Promise<void>((resolve) => {
        const stop = this.queries.getQueryCache().subscribe(() => {
          stop()
          resolve()
        })
      })
    }
  }

  private someOld(): boolean {
    const shown = this.queries.getQueryCache().findAll({ ...this.filter, type: 'active' })
    // what never changes is not read again
    return shown.some((query) => !query.isStatic() && (query.state.isInvalidated || query.state.status === 'error'))
  }
}
