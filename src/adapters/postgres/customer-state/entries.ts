import type { CustomerId } from '../../../core/shared/ids.ts'
import type { Entry } from './entry.ts'

/** The customers that a lane remembers, at most `bound`: the one that was not used for longest goes first. */
export class Entries {
  private readonly byCustomer = new Map<CustomerId, Entry>()
  private readonly bound: number

  constructor(bound: number) {
    this.bound = bound
  }

  get(customer: CustomerId): Entry | undefined {
    return this.byCustomer.get(customer)
  }

  /** Puts it last in line; a Map keeps the order of insertion. */
  keep(entry: Entry): void {
    this.byCustomer.delete(entry.customer)
    this.byCustomer.set(entry.customer, entry)
    if (this.byCustomer.size <= this.bound) return
    for (const oldest of this.byCustomer.keys()) {
      this.byCustomer.delete(oldest)
      break
    }
  }

  forget(customer: CustomerId): void {
    this.byCustomer.delete(customer)
  }
}
