import type { Plan, Reply } from '../../ports/customer-state.ts'

export type CreditRefusal =
  | 'amount_not_positive'
  | 'overflow'
  | 'already_expired'
  | 'duplicate_source'
  | 'unknown_grant'
  | 'nothing_available'
  | 'not_correctable'
  | 'already_corrected'
  | 'not_available'

const PROBLEMS: Readonly<Record<CreditRefusal, { status: 404 | 409 | 422; title: string }>> = {
  amount_not_positive: { status: 422, title: 'The amount is not above zero' },
  overflow: { status: 422, title: 'The balance would pass 2^63 - 1 micro-credits' },
  already_expired: { status: 422, title: 'The grant would have expired before it could be used' },
  duplicate_source: { status: 409, title: 'A grant of this source was given before' },
  unknown_grant: { status: 404, title: 'The customer has no such grant' },
  nothing_available: { status: 409, title: 'Nothing of the grant is available' },
  not_correctable: { status: 422, title: 'A grant is undone by revoking it' },
  already_corrected: { status: 409, title: 'The balance update was corrected before' },
  not_available: { status: 409, title: 'The value is spent, held or pending' },
}

/** Answers a refused change of credits with its problem (RFC 9457); nothing is written. */
export function refuse(reason: CreditRefusal): Plan {
  const { status, title } = PROBLEMS[reason]
  const type = `/docs/problems/${reason.replaceAll('_', '-')}`
  const reply: Reply = { status, body: JSON.stringify({ type, title, status, detail: `${title}.` }) }
  return { kind: 'answer', reply }
}
