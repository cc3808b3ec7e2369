/** One constant for server and hook, so that they are the same query. */
export const LEDGER = { limit: 25 } as const
