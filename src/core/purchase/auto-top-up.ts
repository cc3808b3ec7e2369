import type { MicroCredits } from '../shared/amount.ts'
import type { CustomerId, PurchaseId } from '../shared/ids.ts'

/** One customer's auto top-up. It exists only once a person has switched it on. */
export interface AutoTopUp {
  readonly customer: CustomerId
  readonly enabled: boolean
  readonly pack: string
  /** Fires when less than this can be spent. */
  readonly threshold: MicroCredits
  /** Charged in one calendar month (UTC), at most. */
  readonly monthlyMaxMinor: bigint
  /** Of one charge, as it was agreed to: never more. */
  readonly priceMinor: bigint
  readonly currency: string
  readonly method: { readonly handle: string; readonly label: string }
  /** Who agreed, when, and to which sentence. */
  readonly consent: {
    readonly by: string
    readonly name: string
    readonly email: string | null
    readonly atMs: number
    readonly text: string
  }
  /** True once the balance was at or above the threshold: a crossing fires once. */
  readonly armed: boolean
  readonly period: string
  /** Reserved or charged in `period`. */
  readonly spentMinor: bigint
  /** Of the next charge; with the period it names one intent. */
  readonly sequence: number
  readonly inFlight: { readonly purchase: PurchaseId; readonly amountMinor: bigint; readonly period: string } | null
  /** Declines in a row. */
  readonly declines: number
  readonly notBeforeMs: number
  readonly switchedOff: {
    readonly atMs: number
    readonly why: 'person' | 'declined' | 'pack_gone' | 'price_rose' | 'disputed' | 'paid_otherwise'
  } | null
  readonly version: number
}

const HOUR_MS = 3_600_000
/** After the first and second decline in a row; the third switches it off. */
const PAUSES_MS = [HOUR_MS, 24 * HOUR_MS] as const
export const MOST_DECLINES = PAUSES_MS.length + 1

export type TopUpDecision =
  | {
      readonly kind: 'rest'
      readonly why: 'off' | 'in_flight' | 'enough' | 'not_armed' | 'paused' | 'month_full' | 'consent_off'
    }
  /** The balance is back at the threshold: the next crossing may fire. */
  | { readonly kind: 'arm'; readonly next: AutoTopUp }
  | { readonly kind: 'charge'; readonly next: AutoTopUp; readonly intent: string }
  | { readonly kind: 'switch_off'; readonly next: AutoTopUp }

export interface TopUpSeen {
  readonly available: MicroCredits
  /** May credits be drawn at all? What nobody may spend is not bought. */
  readonly creditsUsable: boolean
  /** The price now; null: the pack is no longer sold, or in another currency. */
  readonly priceMinor: bigint | null
  readonly purchase: PurchaseId
  readonly nowMs: number
}

/** Does a charge begin now? What begins is reserved in `next` first, so that no second look begins it again. */
export function decideTopUp(settings: AutoTopUp, seen: TopUpSeen): TopUpDecision {
  if (!settings.enabled) return { kind: 'rest', why: 'off' }
  if (settings.inFlight !== null) return { kind: 'rest', why: 'in_flight' }
  if (seen.priceMinor === null || seen.priceMinor > settings.priceMinor) {
    const why = seen.priceMinor === null ? 'pack_gone' : 'price_rose'
    return { kind: 'switch_off', next: off(settings, { atMs: seen.nowMs, why }) }
  }
  if (seen.available >= settings.threshold) {
    return settings.armed
      ? { kind: 'rest', why: 'enough' }
      : { kind: 'arm', next: { ...settings, armed: true, version: settings.version + 1 } }
  }
  if (!settings.armed) return { kind: 'rest', why: 'not_armed' }
  if (!seen.creditsUsable) return { kind: 'rest', why: 'consent_off' }
  if (seen.nowMs < settings.notBeforeMs) return { kind: 'rest', why: 'paused' }

  const period = monthOf(seen.nowMs)
  const spentMinor = (period === settings.period ? settings.spentMinor : 0n) + seen.priceMinor
  if (spentMinor > settings.monthlyMaxMinor) return { kind: 'rest', why: 'month_full' }
  const sequence = settings.sequence + 1
  return {
    kind: 'charge',
    intent: `auto/${period}/${sequence}`,
    next: {
      ...settings,
      armed: false,
      period,
      spentMinor,
      sequence,
      inFlight: { purchase: seen.purchase, amountMinor: seen.priceMinor, period },
      version: settings.version + 1,
    },
  }
}

/** The settings once the charge in flight has ended; the same when it was another. */
export function endTopUp(
  settings: AutoTopUp,
  end: {
    readonly purchase: PurchaseId
    readonly outcome: 'credited' | 'declined' | 'paid_otherwise'
    readonly nowMs: number
  },
): AutoTopUp {
  const { inFlight } = settings
  if (inFlight?.purchase !== end.purchase) return settings
  const ended = { ...settings, inFlight: null, version: settings.version + 1 }
  // money was taken, and not what was agreed to: nothing more is charged until a person has looked
  if (end.outcome === 'paid_otherwise')
    return { ...ended, enabled: false, switchedOff: { atMs: end.nowMs, why: 'paid_otherwise' } }
  if (end.outcome === 'credited') return { ...ended, declines: 0, notBeforeMs: 0 }
  // nothing was charged: the month gets it back, and the crossing may try again after the pause
  const spentMinor = settings.spentMinor - returned(settings)
  const declines = settings.declines + 1
  const pause = PAUSES_MS[declines - 1]
  const tried = { ...ended, spentMinor, declines, armed: true }
  if (pause === undefined) return { ...tried, enabled: false, switchedOff: { atMs: end.nowMs, why: 'declined' } }
  return { ...tried, notBeforeMs: end.nowMs + pause }
}

/** The settings as if the charge in flight had never begun: nothing was asked of the processor under it. */
export const releaseTopUp = (settings: AutoTopUp): AutoTopUp => ({
  ...settings,
  armed: true,
  spentMinor: settings.spentMinor - returned(settings),
  inFlight: null,
  version: settings.version + 1,
})

/** What the month gets back when the charge in flight comes to nothing. */
const returned = ({ inFlight, period }: AutoTopUp): bigint => (inFlight?.period === period ? inFlight.amountMinor : 0n)

export const off = (settings: AutoTopUp, switchedOff: NonNullable<AutoTopUp['switchedOff']>): AutoTopUp => ({
  ...settings,
  enabled: false,
  switchedOff,
  version: settings.version + 1,
})

/** "2026-11", in UTC. */
export const monthOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 7)
