import type { AutoTopUp } from '../../core/purchase/auto-top-up.ts'
import type { Facts, PackSold, Purchase } from '../../core/purchase/purchase.ts'
import { fromUuid } from './codec/ids.ts'

/** JSON has no integers of 64 bits: amounts are decimal strings in it. */
type Stored<T> = T extends bigint
  ? string
  : T extends string | number | boolean | null
    ? T
    : T extends readonly (infer Item)[]
      ? Stored<Item>[]
      : { [K in keyof T]: Stored<T[K]> }

/** Kinds of facts that rows of earlier versions lack. */
type Later = 'returns' | 'disputes' | 'otherwise' | 'refunds'

export interface PurchaseRow {
  id: string
  customer_id: string
  intent: string
  origin: Purchase['origin']
  buyer: Purchase['buyer']
  pack: Stored<PackSold>
  policy_version: number
  keep_method: boolean
  facts: Omit<Stored<Facts>, Later> & Partial<Pick<Stored<Facts>, Later>>
  version: number
  created_at: Date
}

export interface TopUpRow {
  settings: Omit<Stored<AutoTopUp>, 'priceMinor'> & { priceMinor?: string }
}

/** Any of the values above as JSON text. */
export const encode = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))

export function decodePurchase(row: PurchaseRow): Purchase {
  const { pack, facts } = row
  return {
    id: fromUuid('pur', row.id),
    customer: fromUuid('cus', row.customer_id),
    intent: row.intent,
    origin: row.origin,
    buyer: row.buyer,
    pack: {
      ...pack,
      credits: BigInt(pack.credits),
      totalMinor: BigInt(pack.totalMinor),
      taxMinor: BigInt(pack.taxMinor),
    },
    policyVersion: row.policy_version,
    keepMethod: row.keep_method,
    createdAtMs: row.created_at.getTime(),
    version: row.version,
    facts: {
      ...facts,
      disputes: facts.disputes ?? [],
      otherwise: (facts.otherwise ?? []).map((one) => ({ ...one, amountMinor: BigInt(one.amountMinor) })),
      returns: (facts.returns ?? []).map((one) => ({
        ...one,
        minor: BigInt(one.minor),
        totalMinor: BigInt(one.totalMinor),
      })),
      refunded: facts.refunded === null ? null : { ...facts.refunded, minor: BigInt(facts.refunded.minor) },
      refunds: (facts.refunds ?? []).map((one) => ({ ...one, minor: BigInt(one.minor) })),
      takeBacks: facts.takeBacks.map((one) => ({ ...one, amount: BigInt(one.amount), taken: BigInt(one.taken) })),
    },
  }
}

export function decodeTopUp({ settings }: TopUpRow): AutoTopUp {
  const { inFlight } = settings
  return {
    ...settings,
    threshold: BigInt(settings.threshold),
    monthlyMaxMinor: BigInt(settings.monthlyMaxMinor),
    // written before the price was: none was agreed to
    priceMinor: BigInt(settings.priceMinor ?? 0),
    spentMinor: BigInt(settings.spentMinor),
    inFlight: inFlight === null ? null : { ...inFlight, amountMinor: BigInt(inFlight.amountMinor) },
  }
}
