import type { PolicyDocument } from '../src/core/policy/document.ts'

/** Never reached: the bench measures the admitted path. */
export const WINDOW_LIMIT = 10n ** 15n
export const TIER = 'bench'
export const FIVE_HOURS_MS = 18_000_000
export const WEEK_MS = 604_800_000

/** A burst guard, two included windows that bind together, an allowance, and bought credits. */
export const benchPolicy: PolicyDocument = {
  title: 'Bench',
  meters: {
    input_tokens: { title: 'Input tokens', unit: 'token' },
    output_tokens: { title: 'Output tokens', unit: 'token' },
  },
  features: { 'codex.task': { title: 'Codex task', meters: ['input_tokens', 'output_tokens'] } },
  rateCard: {
    rates: [
      { meter: 'input_tokens', attributes: { model: 'large' }, microCredits: '125', per: 4 },
      { meter: 'output_tokens', microCredits: '250' },
    ],
  },
  layers: ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'],
  tiers: {
    [TIER]: {
      title: 'Bench',
      priority: 'normal',
      features: '*',
      guards: [
        {
          id: 'burst',
          kind: 'burst',
          scope: 'customer',
          counts: 'requests',
          rate: 1_000_000,
          perMs: 1_000,
          burst: 1_000_000,
        },
      ],
      windows: [
        {
          id: 'five_hour',
          title: '5 hours',
          limit: `${WINDOW_LIMIT}`,
          kind: 'fixed',
          anchor: 'first_use',
          lengthMs: FIVE_HOURS_MS,
        },
        { id: 'week', title: 'Week', limit: `${WINDOW_LIMIT}`, kind: 'fixed', anchor: 'customer', lengthMs: WEEK_MS },
      ],
    },
  },
  holds: { defaultTtlSeconds: 600, maxTtlSeconds: 3_600 },
  uncovered: { kind: 'absorb' },
}
