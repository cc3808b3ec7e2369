import type { IdPrefix } from '../../../core/shared/ids.ts'
import { assert } from '../../../core/shared/assert.ts'

/** The 32 hex digits behind the prefix: what a uuid column takes. */
export function toUuid(id: string): string {
  const digits = id.slice(id.indexOf('_') + 1)
  assert(digits.length === 32, `no id of a row: ${id}`)
  return digits
}

export const toUuidOrNull = (id: string | null): string | null => (id === null ? null : toUuid(id))

/** An id from a uuid column's text. */
export const fromUuid = (prefix: IdPrefix, uuid: string): string => `${prefix}_${uuid.replaceAll('-', '')}`

export const fromUuidOrNull = (prefix: IdPrefix, uuid: string | null): string | null =>
  uuid === null ? null : fromUuid(prefix, uuid)
