import type { Hold } from '../../core/hold/hold.ts'
import { instant, instantOrNull } from './answer.ts'

/** A hold as an answer shows it. `held` is what is still reserved. */
export function holdMember(hold: Hold) {
  return {
    id: hold.id,
    decision: hold.decision,
    feature: hold.feature,
    subject: hold.subject,
    status: hold.status,
    granted: `${hold.granted}`,
    held: `${hold.lines.reduce((sum, line) => sum + line.amount, 0n)}`,
    captured: `${hold.captured}`,
    placedAt: instant(hold.placedAtMs),
    expiresAt: instant(hold.expiresAtMs),
    latestExpiry: instant(hold.latestExpiryMs),
    closedAt: instantOrNull(hold.closedAtMs),
  }
}
