import { assert } from '../../core/shared/assert.ts'
import { writeInt8 } from './int8.ts'

/**
 * Array parameters in PostgreSQL's binary format: the driver sends a Buffer as it is, so there is no text to build on
 * this side and none to parse on the other. A null item is allowed where the accessor's type says so.
 */
const OID = { int8: 20, int4: 23, text: 25, timestamptz: 1184, uuid: 2950 }
const HEADER_BYTES = 20
/** PostgreSQL counts microseconds from 2000-01-01. */
const POSTGRES_EPOCH_MS = 946_684_800_000

function header(buffer: Buffer, oid: number, length: number, hasNull: boolean): void {
  buffer.writeInt32BE(length === 0 ? 0 : 1, 0)
  buffer.writeInt32BE(hasNull ? 1 : 0, 4)
  buffer.writeInt32BE(oid, 8)
  buffer.writeInt32BE(length, 12)
  buffer.writeInt32BE(1, 16)
}

const EMPTY = new Map<number, Buffer>()

function empty(oid: number): Buffer {
  let buffer = EMPTY.get(oid)
  if (buffer === undefined) {
    buffer = Buffer.alloc(12)
    buffer.writeInt32BE(oid, 8)
    EMPTY.set(oid, buffer)
  }
  return buffer
}

export function int4Array<T>(rows: readonly T[], value: (row: T) => number): Buffer {
  if (rows.length === 0) return empty(OID.int4)
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + rows.length * 8)
  header(buffer, OID.int4, rows.length, false)
  let at = HEADER_BYTES
  for (const row of rows) {
    buffer.writeInt32BE(4, at)
    buffer.writeInt32BE(value(row), at + 4)
    at += 8
  }
  return buffer
}

/** Whole numbers or amounts; a number must be a safe integer. */
export function int8Array<T>(rows: readonly T[], value: (row: T) => number | bigint): Buffer {
  if (rows.length === 0) return empty(OID.int8)
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + rows.length * 12)
  header(buffer, OID.int8, rows.length, false)
  let at = HEADER_BYTES
  for (const row of rows) {
    buffer.writeInt32BE(8, at)
    writeInt8(buffer, value(row), at + 4)
    at += 12
  }
  return buffer
}

/** Epoch milliseconds. */
export function timestampArray<T>(rows: readonly T[], atMs: (row: T) => number): Buffer {
  if (rows.length === 0) return empty(OID.timestamptz)
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + rows.length * 12)
  header(buffer, OID.timestamptz, rows.length, false)
  let at = HEADER_BYTES
  for (const row of rows) {
    buffer.writeInt32BE(8, at)
    writeInt8(buffer, (atMs(row) - POSTGRES_EPOCH_MS) * 1_000, at + 4)
    at += 12
  }
  return buffer
}

/** Prefixed ids or 32 hex digits: the last 32 characters are the value. */
export function uuidArray<T>(rows: readonly T[], id: (row: T) => string | null): Buffer {
  if (rows.length === 0) return empty(OID.uuid)
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + rows.length * 20)
  let at = HEADER_BYTES
  let hasNull = false
  for (const row of rows) {
    const value = id(row)
    if (value === null) {
      buffer.writeInt32BE(-1, at)
      at += 4
      hasNull = true
      continue
    }
    buffer.writeInt32BE(16, at)
    const written = buffer.write(value.slice(-32), at + 4, 16, 'hex')
    assert(written === 16, `no id of a row: ${value}`)
    at += 20
  }
  header(buffer, OID.uuid, rows.length, hasNull)
  return at === buffer.length ? buffer : buffer.subarray(0, at)
}

/** Texts that are UTF-8 already. */
export function utf8Array<T>(rows: readonly T[], utf8: (row: T) => Buffer): Buffer {
  if (rows.length === 0) return empty(OID.text)
  const texts = rows.map(utf8)
  let size = HEADER_BYTES
  for (const text of texts) size += 4 + text.length
  const buffer = Buffer.allocUnsafe(size)
  header(buffer, OID.text, rows.length, false)
  let at = HEADER_BYTES
  for (const text of texts) {
    buffer.writeInt32BE(text.length, at)
    text.copy(buffer, at + 4)
    at += 4 + text.length
  }
  return buffer
}

export function textArray<T>(rows: readonly T[], text: (row: T) => string | null): Buffer {
  if (rows.length === 0) return empty(OID.text)
  const texts = rows.map(text)
  // Three bytes a UTF-16 unit is UTF-8's most; the copy at the end is cheaper than measuring each text first.
  let most = HEADER_BYTES
  for (const value of texts) most += 4 + (value === null ? 0 : value.length * 3)
  const buffer = Buffer.allocUnsafe(most)
  let at = HEADER_BYTES
  let hasNull = false
  for (const value of texts) {
    if (value === null) {
      buffer.writeInt32BE(-1, at)
      at += 4
      hasNull = true
      continue
    }
    const written = buffer.write(value, at + 4, 'utf8')
    buffer.writeInt32BE(written, at)
    at += 4 + written
  }
  header(buffer, OID.text, rows.length, hasNull)
  return buffer.subarray(0, at)
}
