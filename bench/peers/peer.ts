/** What a user would pick instead, doing as much of a decision's job as it can. */
export interface Peer {
  readonly name: string
  /** What it leaves out of the job that a decision does. */
  readonly without: string
  decide(customer: number, cost: number): Promise<void>
  close(): Promise<void>
}
