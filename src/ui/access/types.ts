import type { Outputs } from '../trpc/client.tsx'

export type Overview = Outputs['access']['overview']
export type WindowCardView = Overview['windows'][number]
export type GrantRow = Overview['grants'][number]
export type Stop = Overview['payingNow'][number]['stops'][number]
export type DecisionRow = Outputs['decision']['list']['items'][number]
