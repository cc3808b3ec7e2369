import type { CustomerId } from '../../../core/shared/ids.ts'
import type {
  CapState,
  CustomerProfile,
  CustomerState,
  GrantState,
  GuardState,
  SubjectState,
  WindowState,
} from '../../../core/waterfall/state.ts'
import { unreachable } from '../../../core/shared/assert.ts'
import { amountText, list, type Parsed, quote, readRecord, record } from './text.ts'

/** A profile hardly ever changes, so its text is made once for all versions of a state that share it. */
const profileTexts = new WeakMap<CustomerProfile, string>()

function profileOnce(profile: CustomerProfile): string {
  let text = profileTexts.get(profile)
  if (text === undefined) {
    text = profileText(profile)
    profileTexts.set(profile, text)
  }
  return text
}

/** Everything but the customer's id, which is the row's key. */
export const encodeState = (s: CustomerState): string =>
  `[${s.version},${s.atMs},${profileOnce(s.profile)},${record(s.windows, windowText)},${record(s.guards, guardText)},${list(s.grants, grantText)},${record(s.caps, capText)},${amountText(s.debt)},${s.openHolds},${s.nextHoldExpiryMs}]`

export function decodeState(customer: CustomerId, text: string): CustomerState {
  const [version, atMs, profile, windows, guards, grants, caps, debt, openHolds, nextHoldExpiryMs] = JSON.parse(
    text,
  ) as Parsed
  return {
    customer,
    version,
    atMs,
    profile: readProfile(profile),
    windows: readRecord(windows, readWindow),
    guards: readRecord(guards, readGuard),
    grants: grants.map(readGrant),
    caps: readRecord(caps, readCap),
    debt: BigInt(debt),
    openHolds,
    nextHoldExpiryMs,
  }
}

const profileText = (p: CustomerProfile): string =>
  JSON.stringify([
    p.status,
    p.tier,
    p.timeZone,
    p.anchorMs,
    p.consent,
    p.caps.map((cap) => [cap.id, cap.scope, cap.subject, cap.limit.toString(), cap.period]),
    p.overrides.map((o) => [o.target.kind, o.target.id, o.limit.toString(), o.reason, o.expiresAtMs]),
    p.resets.map((reset) => [reset.id, reset.window, reset.reason, reset.expiresAtMs]),
  ])

function readProfile([status, tier, timeZone, anchorMs, consent, caps, overrides, resets]: Parsed): CustomerProfile {
  return {
    status,
    tier,
    timeZone,
    anchorMs,
    consent,
    caps: caps.map(([id, scope, subject, limit, period]: Parsed) => ({
      id,
      scope,
      subject,
      limit: BigInt(limit),
      period,
    })),
    overrides: overrides.map(([kind, id, limit, reason, expiresAtMs]: Parsed) => ({
      target: { kind, id },
      limit: BigInt(limit),
      reason,
      expiresAtMs,
    })),
    resets: resets.map(([id, window, reason, expiresAtMs]: Parsed) => ({ id, window, reason, expiresAtMs })),
  }
}

function windowText(w: WindowState): string {
  switch (w.kind) {
    case 'fixed':
      return `["f",${w.startMs},${w.endMs},${amountText(w.used)}]`
    case 'sliding':
      return `["s",${w.bucketMs},${w.bucket},${list(w.counts, amountText)}]`
    default:
      return unreachable(w)
  }
}

function readWindow(parsed: Parsed): WindowState {
  const [kind, a, b, c] = parsed
  if (kind === 'f') return { kind: 'fixed', startMs: a, endMs: b, used: BigInt(c) }
  return { kind: 'sliding', bucketMs: a, bucket: b, counts: c.map(BigInt) }
}

function guardText(g: GuardState): string {
  switch (g.kind) {
    case 'burst':
      return `["b",${g.tatUs}]`
    case 'sliding':
      return windowText(g)
    case 'concurrency':
      return `["c",${list(g.open, (slot) => `${quote(slot.hold)},${slot.expiresAtMs}`)}]`
    default:
      return unreachable(g)
  }
}

function readGuard(parsed: Parsed): GuardState {
  const [kind, a, b, c] = parsed
  if (kind === 'b') return { kind: 'burst', tatUs: a }
  if (kind === 's') return { kind: 'sliding', bucketMs: a, bucket: b, counts: c.map(BigInt) }
  const open = []
  for (let i = 0; i < a.length; i += 2) open.push({ hold: a[i] as string, expiresAtMs: a[i + 1] as number })
  return { kind: 'concurrency', open }
}

const grantText = (g: GrantState): string =>
  `[${quote(g.id)},${quote(g.kind)},${g.priority},${amountText(g.amount)},${amountText(g.available)},${amountText(g.held)},${g.effectiveAtMs},${g.expiresAtMs},${g.createdAtMs},${g.features === null ? 'null' : list(g.features, quote)}]`

function readGrant([
  id,
  kind,
  priority,
  amount,
  available,
  held,
  effectiveAtMs,
  expiresAtMs,
  createdAtMs,
  features,
]: Parsed): GrantState {
  return {
    id,
    kind,
    priority,
    amount: BigInt(amount),
    available: BigInt(available),
    held: BigInt(held),
    effectiveAtMs,
    expiresAtMs,
    createdAtMs,
    features,
  }
}

const capText = (cap: CapState): string => `[${cap.startMs},${amountText(cap.used)}]`
const readCap = ([startMs, used]: Parsed): CapState => ({ startMs, used: BigInt(used) })

/** Everything but the subject's name, which is in the row's key. */
export const encodeSubject = (row: SubjectState): string =>
  `[${record(row.guards, guardText)},${record(row.caps, capText)}]`

export function decodeSubject(subject: string, text: string): SubjectState {
  const [guards, caps] = JSON.parse(text) as Parsed
  return { subject, guards: readRecord(guards, readGuard), caps: readRecord(caps, readCap) }
}
