import type { PolicyDocument } from '../../src/core/policy/document.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * A policy on which outcomes can be told by heart: one `unit` costs one micro-credit, whatever the feature.
 * Tier `small`: a window of 100 over 5 hours, then grants. Tier `bare`: no window. Tier `guarded`: one request at once.
 */
export const TEST_POLICY: PolicyDocument = {
  title: 'Test',
  meters: { units: { title: 'Units', unit: 'unit' }, gold: { title: 'Gold', unit: 'bar' } },
  features: {
    work: { title: 'Work', meters: ['units'] },
    video: { title: 'Video', meters: ['units'] },
    dear: { title: 'Dear', meters: ['gold'] },
    off: { title: 'Switched off', meters: ['units'], enabled: false },
  },
  rateCard: {
    rates: [
      { meter: 'units', microCredits: '1' },
      { meter: 'gold', microCredits: '1000000000000000000' },
    ],
    multipliers: [{ attributes: { model: 'large' }, factor: '2' }],
  },
  layers: ['included', 'allowance', 'promotion', 'entitlement', 'adjustment', 'credits'],
  tiers: {
    small: {
      title: 'Small',
      priority: 'normal',
      features: ['work', 'off'],
      guards: [],
      windows: [
        { id: 'five_hour', title: '5 hours', limit: '100', kind: 'fixed', anchor: 'first_use', lengthMs: 5 * HOUR },
      ],
      caps: [{ id: 'monthly', scope: 'customer', limit: '1000', period: 'month' }],
    },
    bare: { title: 'Bare', priority: 'normal', features: '*', guards: [], windows: [] },
    guarded: {
      title: 'Guarded',
      priority: 'normal',
      features: '*',
      guards: [{ id: 'once', scope: 'customer', kind: 'burst', counts: 'requests', rate: 1, perMs: HOUR, burst: 1 }],
      windows: [
        { id: 'five_hour', title: '5 hours', limit: '1000', kind: 'fixed', anchor: 'first_use', lengthMs: 5 * HOUR },
      ],
    },
  },
  holds: { defaultTtlSeconds: 900, maxTtlSeconds: 86_400 },
  uncovered: { kind: 'absorb' },
}
