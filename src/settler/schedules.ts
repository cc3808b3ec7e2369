import type { Every } from '../ports/system.ts'
import type { Engine } from '../services/engine.ts'
import { applyDueApprovals } from './limit-jobs.ts'
import type { UsageRollups } from './rollup-jobs.ts'
import { lookAtTopUps, reconcileDuePurchases } from './purchase-jobs.ts'
import { type DueJob, expireDueGrants, expireDueHolds, refreshDueAllowances } from './due-jobs.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

export interface Intervals {
  readonly holdsMs: number
  readonly grantsMs: number
  readonly refreshesMs: number
  readonly purchasesMs: number
  readonly topUpsMs: number
  readonly approvalsMs: number
  readonly rollupsMs: number
  readonly rollupSweepMs: number
  readonly partitionsMs: number
  readonly purgeMs: number
  readonly exportHeadMs: number
}

export const INTERVALS: Intervals = {
  holdsMs: SECOND,
  grantsMs: 5 * SECOND,
  refreshesMs: SECOND,
  purchasesMs: 5 * SECOND,
  topUpsMs: 2 * SECOND,
  approvalsMs: 5 * SECOND,
  rollupsMs: 2 * SECOND,
  rollupSweepMs: 5 * SECOND,
  partitionsMs: 60 * MINUTE,
  purgeMs: 10 * MINUTE,
  exportHeadMs: 30 * SECOND,
}

export interface ScheduleOptions {
  readonly every: Every
  readonly onFault: (error: unknown) => void
  readonly intervals?: Partial<Intervals>
  /** Pieces of work looked at in one tick. */
  readonly limit?: number
  /** How long idempotency entries are kept; at least 7 days. */
  readonly keepIdempotencyMs?: number
  /** Writes the signed head outside the database; null: nobody keeps it. */
  readonly exportHead: (() => Promise<void>) | null
  readonly rollups: UsageRollups
}

const LIMIT = 200
/** Customers a tick whose usage is summed, and who are looked at whether it has to be. */
const ROLLUP_LIMIT = 100
/** Work that cannot be done yet (value still held in an expired grant) is found first: then a tick looks further. */
const FURTHEST = 5
/** Looks a tick for what is due to whole crowds at once: allowances and grants at midnight. */
const LOOKS_AT_CROWDS = 5
const PURGE_LIMIT = 10_000
const PURGES_PER_TICK = 20
const KEEP_IDEMPOTENCY_MS = 7 * DAY

/**
 * What time makes due: holds and grants that end, allowances that begin, sums of usage, partitions, old keys, the exported
 * head. Every node may run all of them: each piece of work decides again under its customer's version whether it is still
 * due. Returns the way to stop.
 */
export function startSchedules(engine: Engine, options: ScheduleOptions): () => void {
  const { every, onFault, exportHead, rollups } = options
  const intervals = { ...INTERVALS, ...options.intervals }
  const keepMs = Math.max(options.keepIdempotencyMs ?? KEEP_IDEMPOTENCY_MS, KEEP_IDEMPOTENCY_MS)
  const rollUp = (job: DueJob) => dueTick(engine, job, { limit: ROLLUP_LIMIT, onFault })
  const due = (job: DueJob) => dueTick(engine, job, { limit: options.limit ?? LIMIT, onFault })
  const crowds = (job: DueJob) =>
    dueTick(engine, job, { limit: options.limit ?? LIMIT, onFault, looks: LOOKS_AT_CROWDS })

  const stops = [
    every(intervals.holdsMs, crowds(expireDueHolds)),
    every(intervals.grantsMs, crowds(expireDueGrants)),
    every(intervals.refreshesMs, crowds(refreshDueAllowances)),
    every(intervals.purchasesMs, due(reconcileDuePurchases)),
    every(intervals.topUpsMs, due(lookAtTopUps())),
    every(intervals.approvalsMs, due(applyDueApprovals)),
    every(intervals.rollupsMs, rollUp(rollups.add)),
    every(intervals.rollupSweepMs, rollUp(rollups.sweep)),
    every(intervals.partitionsMs, () => engine.maintenance.ensurePartitions(engine.clock.nowMs())),
    every(intervals.purgeMs, () => purge(engine, keepMs)),
    ...(exportHead === null ? [] : [every(intervals.exportHeadMs, exportHead)]),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/**
 * One tick of a due job: `looks` at most, one after the other, while they are full and all goes well. Looks further each
 * time that a full look achieved nothing, and near again once it did.
 */
export function dueTick(
  engine: Engine,
  job: DueJob,
  { limit: near, onFault, looks = 1 }: { limit: number; onFault: (error: unknown) => void; looks?: number },
): () => Promise<void> {
  let reach = 1
  return async () => {
    for (let look = 0; look < looks; look += 1) {
      const limit = near * reach
      const { due, done, faults } = await job(engine, limit)
      const full = due >= limit
      reach = full && done === 0 ? Math.min(reach * 2, FURTHEST) : 1
      for (const fault of faults) onFault(fault)
      if (!full || done === 0 || faults.length > 0) return
    }
  }
}

async function purge(engine: Engine, keepMs: number): Promise<void> {
  for (let run = 0; run < PURGES_PER_TICK; run += 1) {
    const purged = await engine.maintenance.purgeIdempotency(engine.clock.nowMs() - keepMs, PURGE_LIMIT)
    if (purged < PURGE_LIMIT) return
  }
}
