import type { Hold } from '../../../core/hold/hold.ts'
import { assert } from '../../../core/shared/assert.ts'
import type { CustomerId, HoldId, SubjectId } from '../../../core/shared/ids.ts'
import { type Effects, type Needs, OPEN_HOLDS_BOUND, type Snapshot } from '../../../core/waterfall/effects.ts'
import type { CustomerState, SubjectState } from '../../../core/waterfall/state.ts'
import type { Flight } from './flight.ts'
import { KeptText } from './kept-text.ts'

const SUBJECTS_BOUND = 256
const HOLDS_BOUND = 1_024
const SINGLE_USE_BOUND = 256

const NO_SUBJECTS: ReadonlyMap<SubjectId, SubjectState> = new Map()
const NO_HOLDS: ReadonlyMap<HoldId, Hold> = new Map()
const NO_KEYS: ReadonlySet<string> = new Set()

/**
 * What this process remembers of a customer, with what a batch has changed and not sent yet on top. All of it is valid
 * exactly while the row's version in the database is that of `committed`: nothing of a customer changes without that,
 * and rows that join later are read after the state. So one look at the version proves everything here, once the batch
 * that wrote it, `reliesOn`, is known to have taken place.
 */
export class Entry {
  readonly customer: CustomerId
  state: CustomerState
  /** As the last statement that was sent leaves it in the database. */
  committed: CustomerState
  private readonly text: KeptText
  /** The batch that leaves `committed`, until it is known to have done so. */
  reliesOn: Flight | null = null
  readonly subjects = new Map<SubjectId, SubjectState>()
  /** Null: there is no such hold of this customer. */
  readonly holds = new Map<HoldId, Hold | null>()
  openHolds: readonly Hold[] | null = null
  /** Single-use key -> was it used? */
  readonly singleUse = new Map<string, boolean>()
  readonly changedSubjects = new Set<SubjectId>()
  readonly changedHolds = new Set<HoldId>()

  constructor(state: CustomerState, text: string) {
    this.customer = state.customer
    this.state = state
    this.committed = state
    this.text = new KeptText(text)
  }

  /** The text of the row of `committed`: only until another one is sent. */
  get committedText(): Buffer {
    return this.text.bytes
  }

  snapshot(needs: Needs): Snapshot {
    return {
      state: this.state,
      subjects: needs.subjects?.length
        ? new Map(needs.subjects.map((name) => [name, this.subject(name)]))
        : NO_SUBJECTS,
      holds: needs.holds?.length ? this.named(needs.holds) : NO_HOLDS,
      openHolds: needs.openHolds === true ? this.openHolds : null,
      ledger: null,
      usedKeys: needs.singleUse?.length ? new Set(needs.singleUse.filter((name) => this.singleUse.get(name))) : NO_KEYS,
    }
  }

  apply(effects: Effects, needs: Needs): void {
    if (effects.state === null) return
    this.state = effects.state
    for (const row of effects.subjects ?? []) {
      this.subjects.set(row.subject, row)
      this.changedSubjects.add(row.subject)
    }
    for (const hold of effects.holds ?? []) {
      this.holds.set(hold.id, hold)
      this.changedHolds.add(hold.id)
    }
    if (this.openHolds !== null && effects.holds?.length) this.openHolds = this.withChanged(this.openHolds)
    for (const name of needs.singleUse ?? []) this.singleUse.set(name, true)
  }

  /** Open holds as read from the database, before what this batch changes. */
  setOpenHolds(stored: readonly Hold[]): void {
    this.openHolds = this.withChanged(stored)
  }

  get changed(): boolean {
    return this.state !== this.committed
  }

  /** What was planned is on its way to the database, `text` as the state's row; `flight` null: it is there. */
  sent(text: Buffer | undefined, flight: Flight | null): void {
    if (this.changed) {
      assert(text !== undefined, 'a changed state was written')
      this.text.keep(text)
      this.reliesOn = flight
    }
    this.committed = this.state
    for (const id of this.changedHolds) if (this.holds.get(id)?.status !== 'open') this.holds.delete(id)
    this.changedSubjects.clear()
    this.changedHolds.clear()
    if (this.subjects.size > SUBJECTS_BOUND) this.subjects.clear()
    if (this.holds.size > HOLDS_BOUND) this.holds.clear()
    if (this.singleUse.size > SINGLE_USE_BOUND) this.singleUse.clear()
    // A full list may have left some out: the next reader asks the database.
    if (this.openHolds !== null && this.openHolds.length >= OPEN_HOLDS_BOUND) this.openHolds = null
  }

  /** The batch took place. */
  arrived(flight: Flight): void {
    if (this.reliesOn === flight) this.reliesOn = null
  }

  private subject(name: SubjectId): SubjectState {
    const row = this.subjects.get(name)
    assert(row !== undefined, 'a named subject row is loaded before its plan')
    return row
  }

  private named(ids: readonly HoldId[]): ReadonlyMap<HoldId, Hold> {
    const found = new Map<HoldId, Hold>()
    for (const id of ids) {
      const hold = this.holds.get(id)
      if (hold) found.set(id, hold)
    }
    return found
  }

  private withChanged(open: readonly Hold[]): readonly Hold[] {
    const kept = open.filter((hold) => !this.changedHolds.has(hold.id))
    for (const id of this.changedHolds) {
      const hold = this.holds.get(id)
      if (hold?.status === 'open') kept.push(hold)
    }
    return kept.sort((a, b) => a.expiresAtMs - b.expiresAtMs || (a.id < b.id ? -1 : 1)).slice(0, OPEN_HOLDS_BOUND)
  }
}
