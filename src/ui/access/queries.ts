/** Inputs that the server prefetches and the hooks read: one constant each, so that they are the same query. */
export const LAST_DENIALS = { outcome: 'denied', limit: 4 } as const
export const LAST_DECISIONS = { limit: 8 } as const
