import type { CustomerId } from '../../../core/shared/ids.ts'
import type { Entry } from './entry.ts'

/**
 * The customers that a lane remembers, at most `bound`. Two generations: when the younger has half of the bound, the
 * older one goes, with all who were not used since the last time. To keep somebody who is young costs a look-up; a list
 * in the order of use would be written, and copied by the garbage collector, with each call.
 */
export class Entries {
  private readonly half: number
  private young = new Map<CustomerId, Entry>()
  private old = new Map<CustomerId, Entry>()

  constructor(bound: number) {
    this.half = Math.max(1, Math.floor(bound / 2))
  }

  get(customer: CustomerId): Entry | undefined {
    return this.young.get(customer) ?? this.old.get(customer)
  }

  keep(entry: Entry): void {
    const { customer } = entry
    if (this.young.get(customer) === entry) return
    if (this.young.size >= this.half && !this.young.has(customer)) {
      this.old = this.young
      this.young = new Map()
    } else this.old.delete(customer)
    this.young.set(customer, entry)
  }

  forget(customer: CustomerId): void {
    this.young.delete(customer)
    this.old.delete(customer)
  }
}
