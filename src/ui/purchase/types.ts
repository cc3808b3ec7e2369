import type { Outputs } from '../trpc/client.tsx'

export type Offer = Outputs['purchase']['offer']
export type PurchaseView = Outputs['purchase']['read']
export type Step = PurchaseView['steps'][number]
