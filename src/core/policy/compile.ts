import { compileGuard } from './compile-guard.ts'
import { compilePeriod, compileWindow } from './compile-window.ts'
import type { AllowanceDocument, PolicyDocument, TierDocument } from './document.ts'
import type { Allowance, FeatureRules, Guard, IncludedWindow, Policy, Tier } from './policy.ts'

/**
 * The rules as `decide` reads them. The document must be valid (`validatePolicy` found nothing): nothing is checked again.
 * What applies to a feature is worked out at its first request and kept, one entry per feature of the document.
 */
export function compilePolicy(document: PolicyDocument, version: number): Policy {
  const { uncovered, holds } = document
  return {
    version,
    document,
    layers: document.layers,
    tiers: new Map(Object.entries(document.tiers).map(([id, tier]) => [id, compileTier(document, id, tier)])),
    uncovered:
      uncovered.kind === 'absorb' ? { kind: 'absorb' } : { kind: 'debt', max: BigInt(uncovered.maxMicroCredits) },
    holds: { defaultTtlMs: holds.defaultTtlSeconds * 1000, maxTtlMs: holds.maxTtlSeconds * 1000 },
  }
}

function compileTier(document: PolicyDocument, id: string, tier: TierDocument): Tier {
  const guards = tier.guards.map((guard) => compileGuard(guard))
  const windows = tier.windows.map(compileWindow)
  const rules = new Map<string, FeatureRules>()
  return {
    id,
    title: tier.title,
    priority: tier.priority,
    guards,
    windows,
    caps: (tier.caps ?? []).map((cap) => ({ ...cap, subject: null, limit: BigInt(cap.limit) })),
    allowances: (tier.allowances ?? []).map(compileAllowance),
    rulesFor(feature) {
      const known = rules.get(feature)
      if (known) return known
      if (!Object.hasOwn(document.features, feature)) return null
      const made = rulesOf(document, tier, { feature, guards, windows })
      rules.set(feature, made)
      return made
    },
  }
}

interface Candidates {
  readonly feature: string
  readonly guards: readonly Guard[]
  readonly windows: readonly IncludedWindow[]
}

function rulesOf(document: PolicyDocument, tier: TierDocument, { feature, guards, windows }: Candidates): FeatureRules {
  const reachedByPaidUse = new Set(guards.map((guard) => guard.paidUse))
  const mine = guards.filter((guard) => applies(guard, feature)).map((guard) => keyedFor(guard, feature))
  return {
    feature,
    enabled: document.features[feature]?.enabled !== false,
    entitled: tier.features === '*' || tier.features.includes(feature),
    guards: mine.filter((guard) => !reachedByPaidUse.has(guard.id)),
    paidGuards: new Map(mine.filter((guard) => reachedByPaidUse.has(guard.id)).map((guard) => [guard.id, guard])),
    windows: windows.filter((window) => applies(window, feature)),
  }
}

function applies(rule: { readonly features: readonly string[] | null }, feature: string): boolean {
  return rule.features === null || rule.features.includes(feature)
}

/** Ids hold no ':', so that the key of a feature's own state never meets another guard's. */
function keyedFor(guard: Guard, feature: string): Guard {
  return guard.perFeature ? { ...guard, key: `${guard.id}:${feature}` } : guard
}

function compileAllowance(allowance: AllowanceDocument): Allowance {
  const { id, title, every, rollover } = allowance
  return {
    id,
    title,
    amount: BigInt(allowance.amount),
    priority: allowance.priority ?? 0,
    features: allowance.features ?? null,
    period: compilePeriod(every),
    rollover: rollover ? { max: BigInt(rollover.max), periods: rollover.periods } : null,
    document: allowance,
  }
}
