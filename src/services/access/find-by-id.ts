import { type CustomerId, isId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'

/** What an id names, for whoever may see it. */
export type Found =
  | { readonly kind: 'customer' }
  | { readonly kind: 'decision'; readonly id: string }
  | { readonly kind: 'hold'; readonly id: string; readonly decision: string }
  | { readonly kind: 'usage'; readonly id: string; readonly decision: string | null }
  | { readonly kind: 'grant'; readonly id: string }
  | { readonly kind: 'purchase'; readonly id: string }
  | { readonly kind: 'case'; readonly id: string }
  | { readonly kind: 'limit_request'; readonly id: string }

/** Resolves any id of the customer; null for an unknown one and for another customer's alike. */
export async function findById(engine: Engine, customer: CustomerId, id: string): Promise<Found | null> {
  if (id === customer) return { kind: 'customer' }
  if (isId(id, 'dec')) {
    const found = await engine.readers.decision(id)
    return found?.decision.customer === customer ? { kind: 'decision', id } : null
  }
  if (isId(id, 'hold')) {
    const found = await engine.readers.hold(id)
    return found?.customer === customer ? { kind: 'hold', id, decision: found.decision } : null
  }
  if (isId(id, 'use')) {
    const [found] = (await engine.readers.usageEvents({ customer, id, cursor: null, limit: 1 })).items
    return found === undefined ? null : { kind: 'usage', id, decision: found.decision }
  }
  if (isId(id, 'grt')) {
    const found = await engine.readers.grant(id)
    return found?.customer === customer ? { kind: 'grant', id } : null
  }
  if (isId(id, 'pur')) {
    const found = await engine.purchases.read(id)
    return found?.customer === customer ? { kind: 'purchase', id } : null
  }
  if (isId(id, 'case')) {
    const found = await engine.cases.byId(id)
    return found?.customer === customer ? { kind: 'case', id } : null
  }
  if (isId(id, 'req')) {
    const found = await engine.limitRequests.byId(id)
    return found?.customer === customer ? { kind: 'limit_request', id } : null
  }
  return null
}
