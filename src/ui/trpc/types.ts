import type { Outputs } from './client.tsx'

export type Layer = Outputs['access']['overview']['payingNow'][number]['stops'][number]['layer']
export type Reason = NonNullable<Outputs['decision']['list']['items'][number]['reason']>
