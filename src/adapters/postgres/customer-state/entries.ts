import type { CustomerId } from '../../../core/shared/ids.ts'
import type { Entry } from './entry.ts'

/**
 * The customers that a lane remembers, at most `bound`. Two generations: when the younger has half of the bound, the
 * older one goes, with all who were not used since the last time. To keep somebody who is young costs a look-up; a list
 * in the order of use would be written, and copied by the garbage collector, with each call.
 */
export class Entries {
  private readonly half: number
  /** Those that nobody uses but may soon, in turn; all others sleep. */
  private readonly awake: (Entry | undefined)[]
  private turn = 0
  private young = new Map<CustomerId, Entry>()
  private old = new Map<CustomerId, Entry>()

  constructor({ bound, awake }: { readonly bound: number; readonly awake: number }) {
    this.half = Math.max(1, Math.floor(bound / 2))
    this.awake = Array.from({ length: awake })
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

  /** A batch that used it is over. Customers who ask again soon are still awake then. */
  letGo(entry: Entry): void {
    const { awake, turn } = this
    if (!entry.letGo() || awake.includes(entry)) return
    if (awake.length === 0) return entry.sleep()
    awake[turn]?.sleep()
    awake[turn] = entry
    this.turn = (turn + 1) % awake.length
  }

  forget(customer: CustomerId): void {
    this.young.delete(customer)
    this.old.delete(customer)
  }
}
