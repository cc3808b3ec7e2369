import { checkEvidence, type EvidenceChecks, type EvidenceMoment, timelineOf } from '../../core/case/evidence.ts'
import type { CaseId, CustomerId } from '../../core/shared/ids.ts'
import type { CaseFile, CaseMessage } from '../../ports/case-store.ts'
import type { Engine } from '../engine.ts'
import { collectEvidence } from './collect-evidence.ts'

export interface CaseView {
  readonly file: CaseFile
  readonly messages: readonly CaseMessage[]
  /** What the evidence says of itself. */
  readonly checks: EvidenceChecks
  /** The same of the records as they are now, when something could not be said yet; else null. */
  readonly checksNow: EvidenceChecks | null
  readonly timeline: readonly EvidenceMoment[]
  /** The policy version in force now. */
  readonly policyNow: number
}

/** A case as both sides see it; `customer` null: for staff, whose ever it is. Another customer's is as if it were not there. */
export async function readCase(engine: Engine, customer: CustomerId | null, id: CaseId): Promise<CaseView | null> {
  const file = await engine.cases.byId(id)
  if (file === null || (customer !== null && file.customer !== customer)) return null
  const checks = checkEvidence(file.evidence)
  const waits = Object.values(checks).includes('waits')
  const [messages, now] = await Promise.all([
    engine.cases.messages(id),
    waits ? collectEvidence(engine, file.customer, file.about) : null,
  ])
  return {
    file,
    messages,
    checks,
    checksNow: now === null ? null : checkEvidence(now.evidence),
    timeline: timelineOf(file.evidence),
    policyNow: engine.policies.current().version,
  }
}
