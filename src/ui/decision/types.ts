import type { Outputs } from '../trpc/client.tsx'

export type Explanation = Outputs['decision']['explain']
export type WaterfallStop = Explanation['stops'][number]
export type ProofLink = Explanation['proof'][number]
