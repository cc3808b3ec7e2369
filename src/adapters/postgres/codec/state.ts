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
import { type JsonWriter, jsonText, writeText } from '../json-writer.ts'
import { type Parsed, readRecord } from './text.ts'

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
export function writeState(to: JsonWriter, s: CustomerState): void {
  to.raw('[').number(s.version).comma().number(s.atMs).comma().json(profileOnce(s.profile))
  to.comma().record(s.windows, writeWindow).comma().record(s.guards, writeGuard)
  to.comma().list(s.grants, writeGrant).comma().record(s.caps, writeCap)
  to.comma().amount(s.debt).comma().number(s.openHolds).comma().numberOrNull(s.nextHoldExpiryMs).raw(']')
}

export const encodeState = (state: CustomerState): string => jsonText(state, writeState)

/** `known`: the profile in the text, when the caller still has it: its own text is remembered by the object. */
export function decodeState(customer: CustomerId, text: string, known: CustomerProfile | null = null): CustomerState {
  const [version, atMs, profile, windows, guards, grants, caps, debt, openHolds, nextHoldExpiryMs] = JSON.parse(
    text,
  ) as Parsed
  return {
    customer,
    version,
    atMs,
    profile: known ?? readProfile(profile),
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

function writeWindow(to: JsonWriter, w: WindowState): void {
  switch (w.kind) {
    case 'fixed':
      to.raw('["f",').number(w.startMs).comma().number(w.endMs).comma().amount(w.used).raw(']')
      return
    case 'sliding':
      to.raw('["s",').number(w.bucketMs).comma().number(w.bucket).comma().list(w.counts, writeAmount).raw(']')
      return
    default:
      unreachable(w)
  }
}

const writeAmount = (to: JsonWriter, amount: bigint): void => void to.amount(amount)

function readWindow(parsed: Parsed): WindowState {
  const [kind, a, b, c] = parsed
  if (kind === 'f') return { kind: 'fixed', startMs: a, endMs: b, used: BigInt(c) }
  return { kind: 'sliding', bucketMs: a, bucket: b, counts: c.map(BigInt) }
}

function writeGuard(to: JsonWriter, g: GuardState): void {
  switch (g.kind) {
    case 'burst':
      to.raw('["b",').number(g.tatUs).raw(']')
      return
    case 'sliding':
      writeWindow(to, g)
      return
    case 'concurrency':
      to.raw('["c",').list(g.open, writeSlot).raw(']')
      return
    default:
      unreachable(g)
  }
}

const writeSlot = (to: JsonWriter, { hold, expiresAtMs }: { hold: string; expiresAtMs: number }): void =>
  void to.quote(hold).comma().number(expiresAtMs)

function readGuard(parsed: Parsed): GuardState {
  const [kind, a, b, c] = parsed
  if (kind === 'b') return { kind: 'burst', tatUs: a }
  if (kind === 's') return { kind: 'sliding', bucketMs: a, bucket: b, counts: c.map(BigInt) }
  const open = []
  for (let i = 0; i < a.length; i += 2) open.push({ hold: a[i] as string, expiresAtMs: a[i + 1] as number })
  return { kind: 'concurrency', open }
}

function writeGrant(to: JsonWriter, g: GrantState): void {
  to.raw('[').quote(g.id).comma().quote(g.kind).comma().number(g.priority).comma().amount(g.amount)
  to.comma().amount(g.available).comma().amount(g.held).comma().number(g.effectiveAtMs)
  to.comma().numberOrNull(g.expiresAtMs).comma().number(g.createdAtMs).comma()
  if (g.features === null) to.raw('null]')
  else to.list(g.features, writeText).raw(']')
}

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

const writeCap = (to: JsonWriter, cap: CapState): void =>
  void to.raw('[').number(cap.startMs).comma().amount(cap.used).raw(']')
const readCap = ([startMs, used]: Parsed): CapState => ({ startMs, used: BigInt(used) })

/** Everything but the subject's name, which is in the row's key. */
export function writeSubject(to: JsonWriter, { guards, caps }: SubjectState): void {
  to.raw('[').record(guards, writeGuard).comma().record(caps, writeCap).raw(']')
}

export const encodeSubject = (subject: SubjectState): string => jsonText(subject, writeSubject)

export function decodeSubject(subject: string, text: string): SubjectState {
  const [guards, caps] = JSON.parse(text) as Parsed
  return { subject, guards: readRecord(guards, readGuard), caps: readRecord(caps, readCap) }
}
