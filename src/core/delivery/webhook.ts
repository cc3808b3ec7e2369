/** What a customer's product can be told. */
export const WEBHOOK_EVENTS = ['alert.crossed', 'promotion.redeemed', 'reset.redeemed'] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** An endpoint that takes nothing for so long is switched off. */
export const FAILING_TOO_LONG_MS = 3 * 24 * 3_600_000

/** 2xx, and nothing else, is a yes. */
export const isYes = (status: number): boolean => status >= 200 && status < 300
