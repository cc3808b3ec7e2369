import type { Measured, Times } from './measure.ts'

/** One figure of the bench: measured once a round, in turn with all others. */
export interface Cell {
  readonly name: string
  readonly group: 'transact' | 'http' | 'peers' | 'limits' | 'settler' | 'pages' | 'growth'
  /** What is counted per second. */
  readonly unit: 'decisions' | 'commits' | 'rows' | 'requests' | 'reads'
  /** What it leaves out of the job that a decision of ours does; empty: nothing. */
  readonly without: string
  measure(times: Times): Promise<Measured>
}
