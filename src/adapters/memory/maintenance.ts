import { KEPT_OPERATIONS } from '../../core/shared/single-use.ts'
import type { Maintenance } from '../../ports/readers.ts'
import type { MemoryDatabase } from './database.ts'

export function memoryMaintenance(db: MemoryDatabase): Maintenance {
  return {
    async ensurePartitions() {},
    async purgeIdempotency(beforeMs, limit) {
      const isOver = ([key, { recordedAtMs }]: readonly [string, { recordedAtMs: number }]): boolean =>
        recordedAtMs < beforeMs && !KEPT_OPERATIONS.includes(JSON.parse(key)[1])
      const over = [...db.idempotency].filter(isOver).slice(0, limit)
      for (const [key] of over) db.idempotency.delete(key)
      return over.length
    },
  }
}
