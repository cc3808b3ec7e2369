import type { GuardDocument, PolicyDocument } from './document.ts'
import {
  checkLength,
  checkName,
  checkReference,
  checkScope,
  checkSubBuckets,
  checkUnique,
  checkWhole,
  type Report,
} from './problem.ts'

/** More open holds than this would make the customer's state large. */
const MAX_CONCURRENCY = 1000
const MAX_REFILL_MS = 366 * 86_400_000
const WHOLE = { least: 1, most: Number.MAX_SAFE_INTEGER }

/** The guards of one tier: each by itself, and each with the higher guard that its `paidUse` names. */
export function validateGuards(
  document: PolicyDocument,
  path: string,
  guards: readonly GuardDocument[],
  report: Report,
): void {
  checkUnique(
    path,
    guards.map((guard) => guard.id),
    report,
  )
  guards.forEach((guard, index) => {
    const at = `${path}[${index}]`
    checkName(`${at}.id`, guard.id, report)
    checkScope(`${at}.features`, guard.features, { what: 'feature', record: document.features }, report)
    validateLimits(at, guard, report)
    validateCounted(document, at, guard, report)
    if (guard.paidUse !== undefined) validatePaidUse(`${at}.paidUse`, guard, guards, report)
  })
}

function validateLimits(path: string, guard: GuardDocument, report: Report): void {
  switch (guard.kind) {
    case 'burst': {
      const { rate, perMs, burst } = guard
      checkWhole(`${path}.rate`, rate, WHOLE, report)
      checkLength(`${path}.perMs`, perMs, report)
      checkWhole(`${path}.burst`, burst, WHOLE, report)
      if (!(rate > 0 && burst > 0)) return
      const refillMs = (burst / rate) * perMs
      if (refillMs < 1)
        report(`${path}.burst`, 'The burst refills within 1 ms, faster than time is told: raise burst, or lower rate.')
      if (refillMs > MAX_REFILL_MS)
        report(`${path}.burst`, 'The burst takes more than a year to refill: lower burst, or raise rate.')
      return
    }
    case 'sliding':
      checkWhole(`${path}.limit`, guard.limit, WHOLE, report)
      checkLength(`${path}.windowMs`, guard.windowMs, report)
      return checkSubBuckets(`${path}.subBuckets`, guard.subBuckets, guard.windowMs, report)
    case 'concurrency':
      return checkWhole(`${path}.limit`, guard.limit, { least: 1, most: MAX_CONCURRENCY }, report)
  }
}

function validateCounted(document: PolicyDocument, path: string, guard: GuardDocument, report: Report): void {
  if (guard.kind === 'concurrency' || guard.counts === 'requests') return
  const { meter } = guard.counts
  checkReference(`${path}.counts.meter`, meter, { what: 'meter', record: document.meters }, report)
  const features = guard.features ?? Object.keys(document.features)
  if (Object.hasOwn(document.meters, meter) && !features.some((id) => document.features[id]?.meters.includes(meter))) {
    report(
      `${path}.counts.meter`,
      `None of its features counts "${meter}", so this guard never fills: name another meter, or other features.`,
    )
  }
}

function validatePaidUse(path: string, guard: GuardDocument, guards: readonly GuardDocument[], report: Report): void {
  const higher = guards.find((candidate) => candidate.id === guard.paidUse)
  if (higher === undefined)
    return report(path, `There is no guard "${guard.paidUse}" in this tier: add it, or leave paidUse out.`)
  if (inCycle(guard, guards)) {
    return report(
      path,
      `"${guard.id}" and "${higher.id}" lead back to each other, so neither would guard anything: break the circle.`,
    )
  }
  if (higher.paidUse !== undefined) {
    return report(
      path,
      `"${higher.id}" names a higher guard itself, and paid use is asked one step up only: name "${higher.paidUse}", or the like, here.`,
    )
  }
  if (higher.scope !== guard.scope)
    report(path, `"${higher.id}" counts per ${higher.scope}, this guard per ${guard.scope}: use one scope for both.`)
  if (countedBy(higher) !== countedBy(guard)) {
    report(path, `"${higher.id}" counts ${countedBy(higher)}, this guard ${countedBy(guard)}: let both count the same.`)
  }
  if (
    higher.features !== undefined &&
    !(guard.features ?? ['*']).every((feature) => higher.features?.includes(feature))
  ) {
    report(
      path,
      `"${higher.id}" leaves out features of this guard, where paid use would still be denied: give it at least the same features.`,
    )
  }
  if (isLower(higher, guard))
    report(path, `"${higher.id}" admits less than this guard, so paid use gains nothing: raise it above.`)
}

function inCycle(start: GuardDocument, guards: readonly GuardDocument[]): boolean {
  let next = start.paidUse
  for (let steps = 0; steps < guards.length && next !== undefined; steps++) {
    if (next === start.id) return true
    next = guards.find((guard) => guard.id === next)?.paidUse
  }
  return false
}

function countedBy(guard: GuardDocument): string {
  if (guard.kind === 'concurrency') return 'open holds'
  return guard.counts === 'requests' ? 'requests' : `units of ${guard.counts.meter}`
}

/** Only guards of one kind over one time can be compared. */
function isLower(higher: GuardDocument, guard: GuardDocument): boolean {
  if (higher.kind === 'burst' && guard.kind === 'burst') {
    return higher.rate / higher.perMs < guard.rate / guard.perMs || higher.burst < guard.burst
  }
  if (higher.kind === 'sliding' && guard.kind === 'sliding')
    return higher.windowMs === guard.windowMs && higher.limit < guard.limit
  return higher.kind === 'concurrency' && guard.kind === 'concurrency' && higher.limit < guard.limit
}
