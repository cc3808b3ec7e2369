import type { Reply, TransactResult } from '../../ports/customer-state.ts'

/** What an operation answers: a reply for the caller, byte for byte the same on a replay, or why there is none. */
export interface Answered {
  readonly kind: 'answered'
  readonly reply: Reply
  readonly replayed: boolean
}

/** Outcomes that every operation on a customer shares. */
export type NotDone = Exclude<TransactResult, { kind: 'done' }>

export function answeredOr(result: TransactResult): Answered | NotDone {
  return result.kind === 'done' ? { kind: 'answered', reply: result.reply, replayed: result.replayed } : result
}
