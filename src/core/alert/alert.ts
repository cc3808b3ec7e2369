import type { MicroCredits } from '../shared/amount.ts'

/** Percent of a subject that is used. */
export const THRESHOLDS = [50, 75, 90, 100] as const
export type Threshold = (typeof THRESHOLDS)[number]

export const CHANNELS = ['portal', 'mail', 'webhook'] as const
export type Channel = (typeof CHANNELS)[number]

/** Which thresholds are told on which channel. */
export type AlertSettings = Readonly<Record<Channel, readonly Threshold[]>>

export const DEFAULT_SETTINGS: AlertSettings = { portal: THRESHOLDS, mail: [90, 100], webhook: THRESHOLDS }

/** Something that fills up, in one period of it. */
export interface AlertSubject {
  readonly kind: 'window' | 'cap' | 'balance'
  readonly id: string
  readonly title: string
  /** Names the period: another one starts from nothing. */
  readonly period: string
  readonly used: MicroCredits
  readonly limit: MicroCredits
  readonly resetsAtMs: number | null
}

export interface Crossing {
  readonly subject: AlertSubject
  readonly threshold: Threshold
  /** Empty for one that a higher crossing of the same moment speaks for. */
  readonly channels: readonly Channel[]
}

/**
 * Every threshold that a subject has reached: `used x 100 >= limit x threshold`. Those below the highest are crossings
 * too, but silent: who goes from 40 to 95% at once hears of 90% alone. A subject without a limit is never crossed.
 */
export function crossingsOf(subject: AlertSubject, settings: AlertSettings): readonly Crossing[] {
  if (subject.limit <= 0n) return []
  const reached = THRESHOLDS.filter((threshold) => subject.used * 100n >= subject.limit * BigInt(threshold))
  const highest = reached.at(-1)
  return reached.map((threshold) => ({
    subject,
    threshold,
    channels: threshold === highest ? CHANNELS.filter((channel) => settings[channel].includes(threshold)) : [],
  }))
}
