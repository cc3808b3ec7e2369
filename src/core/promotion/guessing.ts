/**
 * Codes that give nothing, by one person and by one customer, until the next try has to wait. More of a customer, so that
 * one person who guesses does not keep the others from theirs.
 */
export const FAILED_CODES_OF_PERSON = 10
export const FAILED_CODES_OF_CUSTOMER = 30
export const FAILED_CODES_WINDOW_MS = 3_600_000
