import type { Outputs } from '../trpc/client.tsx'

export type WebhookEvent = Outputs['webhook']['list']['endpoints'][number]['events'][number]

export const EVENTS: readonly (readonly [WebhookEvent, string])[] = [
  ['alert.crossed', 'A threshold was crossed'],
  ['promotion.redeemed', 'A promotion code became a grant'],
  ['reset.redeemed', 'A banked reset was used'],
]
