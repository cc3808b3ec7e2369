import type { IdPrefix } from '../core/shared/ids.ts'

/** The store's time, in epoch milliseconds: steps of this machine's clock do not move it. */
export interface Clock {
  nowMs(): number
}

/** Makes prefixed UUIDv7 ids: sortable by time, also within one millisecond of one process. */
export interface Ids {
  next(prefix: IdPrefix, atMs: number): string
}

/** SHA-256 of a UTF-8 text, as 64 hex digits. An argument of the pure core, which has no cryptography of its own. */
export type Hash = (text: string) => string

/** A number from 0 up to, not including, 1. */
export type Chance = () => number

/**
 * Runs `work` again and again, about every `periodMs` (with jitter, so that processes spread), never twice at once, until
 * the returned function is called. What `work` throws is reported and does not end it.
 */
export type Every = (periodMs: number, work: () => Promise<void>) => () => void
