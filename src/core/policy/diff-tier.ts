import { formatDuration } from '../shared/duration.ts'
import {
  credits,
  describeAllowance,
  describeCap,
  describeCounted,
  describeFeatures,
  describeGuard,
  describePeriod,
  describeRollover,
  describeWindow,
} from './describe.ts'
import { diffFields, diffItems, diffOrder, type Field, type Say } from './difference.ts'
import type {
  AllowanceDocument,
  CapDocument,
  GuardDocument,
  PolicyDocument,
  TierDocument,
  WindowDocument,
} from './document.ts'

export function diffTiers(before: PolicyDocument, after: PolicyDocument, say: Say): void {
  diffItems(
    new Map(Object.entries(before.tiers)),
    new Map(Object.entries(after.tiers)),
    {
      subject: 'Tier',
      path: (key) => `tiers.${key}`,
      name: (tier) => tier.title,
      describe: (tier) =>
        `${tier.windows.length} windows, ${tier.guards.length} guards, ${describeFeatures(tier.features)}`,
      change: ({ key, before, after, subject }) => diffTier(`tiers.${key}`, subject, { before, after }, say),
    },
    say,
  )
}

interface Pair<T> {
  readonly before: T
  readonly after: T
}

function diffTier(path: string, subject: string, { before, after }: Pair<TierDocument>, say: Say): void {
  const own = ({ title, priority, features }: TierDocument) => ({ title, priority, features })
  diffFields(own(before), own(after), { path, subject, fields: { features: FEATURES } }, say)
  diffParts<GuardDocument>(
    {
      path: `${path}.guards`,
      subject: `${subject}, guard`,
      plural: `${subject}: guards`,
      name: (guard) => guard.id,
      describe: describeGuard,
      fields: GUARD,
    },
    { before: before.guards, after: after.guards },
    say,
  )
  diffParts<WindowDocument>(
    {
      path: `${path}.windows`,
      subject: `${subject}, window`,
      plural: `${subject}: windows`,
      name: titled,
      describe: describeWindow,
      fields: WINDOW,
    },
    { before: before.windows, after: after.windows },
    say,
  )
  diffParts<AllowanceDocument>(
    {
      path: `${path}.allowances`,
      subject: `${subject}, allowance`,
      plural: `${subject}: allowances`,
      name: titled,
      describe: describeAllowance,
      fields: ALLOWANCE,
    },
    { before: before.allowances ?? [], after: after.allowances ?? [] },
    say,
  )
  diffParts<CapDocument>(
    {
      path: `${path}.caps`,
      subject: `${subject}, cap`,
      plural: `${subject}: caps`,
      name: (cap) => cap.id,
      describe: describeCap,
      fields: CAP,
    },
    { before: before.caps ?? [], after: after.caps ?? [] },
    say,
  )
}

const titled = (part: { title: string }): string => `"${part.title}"`

interface Part<T> {
  readonly path: string
  readonly subject: string
  readonly plural: string
  readonly name: (part: T) => string
  readonly describe: (part: T) => string
  readonly fields: Readonly<Record<string, Field>>
}

function diffParts<T extends { id: string }>(part: Part<T>, { before, after }: Pair<readonly T[]>, say: Say): void {
  const byId = (parts: readonly T[]) => new Map(parts.map((each) => [each.id, each]))
  diffItems(
    byId(before),
    byId(after),
    {
      ...part,
      path: (id) => `${part.path}[${id}]`,
      change: ({ key, before, after, subject }) => {
        const path = `${part.path}[${key}]`
        if (kindOf(before) === kindOf(after))
          return diffFields(before, after, { path, subject, fields: part.fields }, say)
        const sentence = `${subject} becomes another kind: ${part.describe(after)} (it was: ${part.describe(before)}).`
        say({ path, sentence, before, after })
      },
    },
    say,
  )
  const ids = (parts: readonly T[]) => parts.map((each) => each.id)
  const place = { path: part.path, subject: part.plural, why: 'they are asked and shown in that order' }
  diffOrder(ids(before), ids(after), place, say)
}

/** Between kinds the fields do not correspond; the change is told as a whole. */
function kindOf(part: object): string {
  const { kind, anchor } = part as { kind?: string; anchor?: string }
  const byMonths = 'months' in part ? 'months' : ''
  return `${kind ?? ''}/${anchor ?? ''}/${byMonths}`
}

const FEATURES: Field = { label: 'its feature list', words: describeFeatures }
const duration = (label: string): Field => ({ label, words: formatDuration })
const count = (label: string): Field => ({ label, words: String })
const subBuckets: Field = {
  label: 'the number of sub-buckets',
  words: (value: number | undefined) => (value === undefined ? 'the usual number' : String(value)),
}

const GUARD: Readonly<Record<string, Field>> = {
  features: FEATURES,
  scope: { label: 'whose state it counts', words: (scope: string) => `each ${scope}` },
  counts: { label: 'what it counts', words: describeCounted },
  perFeature: {
    label: 'counting',
    words: (perFeature: boolean | undefined) => (perFeature ? 'per feature' : 'all features together'),
  },
  paidUse: { label: 'the guard for paid use', words: (id: string | undefined) => id ?? 'none' },
  rate: count('the rate'),
  burst: count('the burst'),
  limit: count('the limit'),
  perMs: duration('the time of the rate'),
  windowMs: duration('the length'),
  subBuckets,
}

const WINDOW: Readonly<Record<string, Field>> = {
  features: FEATURES,
  limit: { label: 'the limit', words: credits },
  lengthMs: duration('the length'),
  months: { label: 'the length', words: (months: number) => `${months} months` },
  unit: { label: 'the calendar unit', words: String },
  zone: { label: 'the zone', words: (zone: string) => (zone === 'customer' ? "the customer's" : zone) },
  subBuckets,
}

const ALLOWANCE: Readonly<Record<string, Field>> = {
  features: FEATURES,
  amount: { label: 'the amount', words: credits },
  priority: { label: 'the priority', words: (priority: number | undefined) => String(priority ?? 0) },
  every: { label: 'the period', words: describePeriod },
  rollover: { label: 'what rolls over', words: describeRollover },
}

const CAP: Readonly<Record<string, Field>> = {
  limit: { label: 'the limit', words: credits },
  scope: { label: 'what it bounds', words: (scope: string) => `each ${scope}` },
  period: { label: 'the period', words: (period: string) => (period === 'ever' ? 'all time' : `a ${period}`) },
}
