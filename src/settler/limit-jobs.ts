import { applyApproval } from '../services/limit-request/apply.ts'
import { type DueJob, runEach } from './due-jobs.ts'

/** Whoever answered is given this long to put it in force themselves. */
const GRACE_MS = 2_000

/** Approvals whose answerer broke off before their override was in force. */
export const applyDueApprovals: DueJob = async (engine, limit) => {
  const due = await engine.limitRequests.unapplied(engine.clock.nowMs() - GRACE_MS, limit)
  return runEach(due, (request) => applyApproval(engine, request))
}
