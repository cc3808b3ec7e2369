import type { Pool } from 'pg'
import type { UsageReader } from '../../../ports/usage-reader.ts'
import { answering } from '../answering.ts'
import { behindReader, rollUpWriter } from './roll-up.ts'
import { denialsReader, rowsReader } from './rows.ts'
import { sumsReader } from './sums.ts'
import { valuesReader } from './values.ts'

export function postgresUsageReader(pool: Pool): UsageReader {
  return answering({
    sums: sumsReader(pool),
    rows: rowsReader(pool),
    denials: denialsReader(pool),
    values: valuesReader(pool),
    behind: behindReader(pool),
    rollUp: rollUpWriter(pool),
  } satisfies UsageReader)
}
