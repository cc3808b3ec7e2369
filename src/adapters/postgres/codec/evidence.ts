import type { CaseEvidence } from '../../../core/case/evidence.ts'

/* Evidence as JSON text: a bigint is an object of one key that no record has. */

export const encodeEvidence = (evidence: CaseEvidence): string =>
  JSON.stringify(evidence, (_, value: unknown) => (typeof value === 'bigint' ? { $bigint: `${value}` } : value))

export const decodeEvidence = (text: string): CaseEvidence =>
  JSON.parse(text, (_, value: unknown) =>
    value !== null && typeof value === 'object' && '$bigint' in value ? BigInt(String(value.$bigint)) : value,
  ) as CaseEvidence
