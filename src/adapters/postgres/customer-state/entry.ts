import type { Hold } from '../../../core/hold/hold.ts'
import { assert } from '../../../core/shared/assert.ts'
import type { CustomerId, HoldId, SubjectId } from '../../../core/shared/ids.ts'
import { type Effects, type Needs, OPEN_HOLDS_BOUND, type Snapshot } from '../../../core/waterfall/effects.ts'
import { type CustomerProfile, type CustomerState, newState, type SubjectState } from '../../../core/waterfall/state.ts'
import { decodeState } from '../codec/state.ts'
import type { Flight } from './flight.ts'
import { KeptText } from './kept-text.ts'

const SUBJECTS_BOUND = 256
const HOLDS_BOUND = 1_024
const SINGLE_USE_BOUND = 256

const NO_SUBJECTS: ReadonlyMap<SubjectId, SubjectState> = new Map()
const NO_HOLDS: ReadonlyMap<HoldId, Hold> = new Map()
const NO_KEYS: ReadonlySet<string> = new Set()
const NO_USES: ReadonlyMap<string, boolean> = new Map()

/** In place of a state that is asleep. No row has its version, so whoever decided on it by mistake would be left out. */
const ASLEEP = newState('', {
  version: -1,
  atMs: 0,
  profile: {
    status: 'closed',
    tier: '',
    timeZone: 'UTC',
    anchorMs: 0,
    consent: 'off',
    caps: [],
    overrides: [],
    resets: [],
  },
})

/**
 * What this process remembers of a customer, with what a batch has changed and not sent yet on top. All of it is valid
 * exactly while the row's version in the database is that of `committed`: nothing of a customer changes without that,
 * and rows that join later are read after the state. So one look at the version proves everything here, once the batch
 * that wrote it, `reliesOn`, is known to have taken place.
 *
 * An entry that nobody uses can sleep: then it is the text of its row, and a state again when it is woken. As objects the
 * states of all customers would be most of the heap, each of them copied twice by the garbage collector and fetched back
 * from memory piece by piece. Rows of subjects and holds are few and stay; most customers have none, so their maps are made
 * for those who do.
 */
export class Entry {
  readonly customer: CustomerId
  state: CustomerState
  /** As the last statement that was sent leaves it in the database. */
  committed: CustomerState
  private readonly text: KeptText
  /** The batch that leaves `committed`, until it is known to have done so. */
  reliesOn: Flight | null = null
  openHolds: readonly Hold[] | null = null
  private ownSubjects: Map<SubjectId, SubjectState> | null = null
  private ownHolds: Map<HoldId, Hold | null> | null = null
  private ownSingleUse: Map<string, boolean> | null = null
  private ownChangedSubjects: Set<SubjectId> | null = null
  private ownChangedHolds: Set<HoldId> | null = null
  /** Batches that have it now. */
  private uses = 1
  /** While it is asleep; its text is made once for each profile object. */
  private profile: CustomerProfile | null = null

  constructor(state: CustomerState, text: string) {
    this.customer = state.customer
    this.state = state
    this.committed = state
    this.text = new KeptText(text)
  }

  get subjects(): ReadonlyMap<SubjectId, SubjectState> {
    return this.ownSubjects ?? NO_SUBJECTS
  }

  /** Null: there is no such hold of this customer. */
  get holds(): ReadonlyMap<HoldId, Hold | null> {
    return this.ownHolds ?? NO_HOLDS
  }

  /** Single-use key -> was it used? */
  get singleUse(): ReadonlyMap<string, boolean> {
    return this.ownSingleUse ?? NO_USES
  }

  get changedSubjects(): ReadonlySet<SubjectId> {
    return this.ownChangedSubjects ?? NO_KEYS
  }

  get changedHolds(): ReadonlySet<HoldId> {
    return this.ownChangedHolds ?? NO_KEYS
  }

  setSubject(row: SubjectState): void {
    this.ownSubjects ??= new Map()
    this.ownSubjects.set(row.subject, row)
  }

  setHold(id: HoldId, hold: Hold | null): void {
    this.ownHolds ??= new Map()
    this.ownHolds.set(id, hold)
  }

  setSingleUse(name: string, used: boolean): void {
    this.ownSingleUse ??= new Map()
    this.ownSingleUse.set(name, used)
  }

  /** A batch takes it: its state is there until that batch lets go. */
  use(): void {
    this.uses += 1
    if (this.profile === null) return
    this.state = decodeState(this.customer, this.text.toString(), this.profile)
    this.committed = this.state
    this.profile = null
  }

  /** The batch is over. True: nobody else has it, so it may sleep. */
  letGo(): boolean {
    assert(this.uses > 0, 'who lets go of an entry has used it')
    this.uses -= 1
    return this.uses === 0
  }

  /** Unless somebody uses it. */
  sleep(): void {
    if (this.uses > 0 || this.profile !== null || this.reliesOn !== null) return
    this.profile = this.committed.profile
    this.state = ASLEEP
    this.committed = ASLEEP
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
      this.setSubject(row)
      this.ownChangedSubjects ??= new Set()
      this.ownChangedSubjects.add(row.subject)
    }
    for (const hold of effects.holds ?? []) {
      this.setHold(hold.id, hold)
      this.ownChangedHolds ??= new Set()
      this.ownChangedHolds.add(hold.id)
    }
    if (this.openHolds !== null && effects.holds?.length) this.openHolds = this.withChanged(this.openHolds)
    for (const name of needs.singleUse ?? []) this.setSingleUse(name, true)
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
    for (const id of this.changedHolds) if (this.holds.get(id)?.status !== 'open') this.ownHolds?.delete(id)
    this.ownChangedSubjects = null
    this.ownChangedHolds = null
    if (this.subjects.size > SUBJECTS_BOUND) this.ownSubjects = null
    if (this.holds.size > HOLDS_BOUND) this.ownHolds = null
    if (this.singleUse.size > SINGLE_USE_BOUND) this.ownSingleUse = null
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
