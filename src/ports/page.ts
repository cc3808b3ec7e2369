import { readCursor, writeCursor } from '../core/shared/cursor.ts'
import { type IdPrefix, isId } from '../core/shared/ids.ts'
import { BadCursor, type Page } from './readers.ts'

/** Items on one page, at most. */
export const PAGE_LIMIT = 500

export const pageLimit = (limit: number): number => Math.max(1, Math.min(Math.trunc(limit) || 1, PAGE_LIMIT))

/** The id that a cursor of this list names; null to start. Throws BadCursor. */
export function idAfter(list: string, prefix: IdPrefix, cursor: string | null): string | null {
  if (cursor === null) return null
  const key = readCursor(list, cursor)
  if (key === null || !isId(key, prefix)) throw new BadCursor(`no cursor of ${list}`)
  return key
}

/** Before every id made at this instant or later, after those made earlier: ids sort by when they were made. */
export const idAt = (prefix: IdPrefix, atMs: number): string =>
  `${prefix}_${Math.max(0, Math.trunc(atMs)).toString(16).padStart(12, '0')}${'0'.repeat(20)}`

/** The whole number that a cursor of this list names; null to start. Throws BadCursor. */
export function numberAfter(list: string, cursor: string | null): number | null {
  if (cursor === null) return null
  const key = readCursor(list, cursor)
  if (key === null || !/^(0|[1-9]\d{0,14})$/.test(key)) throw new BadCursor(`no cursor of ${list}`)
  return Number(key)
}

/** A page from one item more than it holds: that one only says that there is a next page. */
export function pageOf<T>(
  list: string,
  found: readonly T[],
  limit: number,
  keyOf: (item: T) => string | number,
): Page<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const more = found.length > limit && last !== undefined
  return { items, nextCursor: more ? writeCursor(list, String(keyOf(last))) : null }
}
