/**
 * Single-use keys that must be found for as long as the ledger lives: purging one would let the same update be corrected,
 * or the same source grant, a second time. Others (consent tokens) expire by themselves.
 */
export const KEPT_OPERATIONS: readonly string[] = ['correction', 'source']
