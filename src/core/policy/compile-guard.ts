import type { CountedDocument, GuardDocument } from './document.ts'
import type { Counted, Guard } from './policy.ts'
import { GUARD_SUB_BUCKETS, subBucketsFor } from './sub-buckets.ts'

/** One guard of a tier, with what the document leaves out filled in. Its key is its id until it is keyed for a feature. */
export function compileGuard(guard: GuardDocument): Guard {
  const common = {
    id: guard.id,
    key: guard.id,
    scope: guard.scope,
    features: guard.features ?? null,
    perFeature: guard.perFeature ?? false,
    paidUse: guard.paidUse ?? null,
  }
  switch (guard.kind) {
    case 'burst': {
      const { rate, perMs, burst } = guard
      return { ...common, kind: 'burst', counts: compileCounted(guard.counts), rate, perMs, burst }
    }
    case 'sliding': {
      const { limit, windowMs } = guard
      const subBuckets = guard.subBuckets ?? subBucketsFor(windowMs, GUARD_SUB_BUCKETS)
      return { ...common, kind: 'sliding', counts: compileCounted(guard.counts), limit, windowMs, subBuckets }
    }
    case 'concurrency':
      return { ...common, kind: 'concurrency', limit: guard.limit }
  }
}

function compileCounted(counts: CountedDocument): Counted {
  return counts === 'requests' ? { kind: 'requests' } : { kind: 'meter', meter: counts.meter }
}
