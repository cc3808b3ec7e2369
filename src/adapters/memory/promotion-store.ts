import { type PromotionCode, standingOfCode } from '../../core/promotion/code.ts'
import { CODE_LIST_LIMIT, type PromotionStore } from '../../ports/promotion-store.ts'
import { appendAudit } from './audit-log.ts'
import type { MemoryDatabase } from './database.ts'

interface Place {
  readonly code: string
  readonly customer: string
  readonly number: number
  readonly atMs: number
  readonly granted: boolean
}

export function memoryPromotionStore(db: MemoryDatabase): PromotionStore {
  const codes = new Map<string, PromotionCode>()
  let places: readonly Place[] = []

  return {
    async create(code, audit) {
      if (codes.has(code.code)) return 'taken'
      codes.set(code.code, code)
      appendAudit(db, audit)
      return 'created'
    },
    async byCode(code) {
      return codes.get(code) ?? null
    },
    async list() {
      return [...codes.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1)).slice(0, CODE_LIST_LIMIT)
    },
    async take({ code: name, customer, atMs }) {
      const code = codes.get(name)
      if (code === undefined) return { kind: 'unknown' }
      const own = places.filter((place) => place.code === name && place.customer === customer)
      const left = own.find((place) => !place.granted)
      if (left !== undefined) return { kind: 'taken', redemption: { code, customer, number: left.number } }
      const standing = standingOfCode(code, own.length, atMs)
      if (standing !== 'open') return { kind: 'refused', standing }
      const number = own.length + 1
      const after = { ...code, redeemed: code.redeemed + 1 }
      codes.set(name, after)
      places = [...places, { code: name, customer, number, atMs, granted: false }]
      return { kind: 'taken', redemption: { code: after, customer, number } }
    },
    async granted({ code, customer, number }) {
      places = places.map((place) =>
        codes.get(place.code)?.id === code && place.customer === customer && place.number === number
          ? { ...place, granted: true }
          : place,
      )
    },
    async ungranted(beforeMs, limit) {
      const waiting = places.filter((place) => !place.granted && place.atMs < beforeMs)
      return waiting
        .toSorted((a, b) => a.atMs - b.atMs)
        .slice(0, limit)
        .flatMap(({ code: name, customer, number }) => {
          const code = codes.get(name)
          return code === undefined ? [] : [{ code, customer, number }]
        })
    },
  }
}
