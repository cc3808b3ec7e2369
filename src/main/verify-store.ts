import { postgresVerifyStore, verifyPool } from '../adapters/postgres/verify-store.ts'
import { answerOfDecision } from '../services/decision/answer.ts'
import type { VerifyStore } from '../ports/verify-store.ts'

/** The store's picture for `verify`, on a connection of its own whose statements may take minutes. */
export function openVerifyStore(databaseUrl: string): { readonly store: VerifyStore; close(): Promise<void> } {
  const pool = verifyPool(databaseUrl)
  return { store: postgresVerifyStore(pool, answerOfDecision), close: () => pool.end() }
}
