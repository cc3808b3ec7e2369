import { compilePolicy } from '../../src/core/policy/compile.ts'
import { decide } from '../../src/core/waterfall/decide.ts'
import type { Snapshot } from '../../src/core/waterfall/effects.ts'
import type { AccessRequest } from '../../src/core/waterfall/request.ts'
import { type CustomerState, UNREDUCED } from '../../src/core/waterfall/state.ts'
import type { Ids } from '../../src/ports/system.ts'
import type { Cell } from '../cell.ts'
import { pickerOf } from '../load.ts'
import { benchPolicy } from '../policy.ts'
import { stateOf } from '../seed-customers.ts'
import { requestOf } from './transact.ts'

const CUSTOMERS = 10_000
const BLOCK = 500

/** The rules alone: no store, no encoding, no key. */
export function coreCell(ids: Ids, atMs: number): Cell {
  const policy = compilePolicy(benchPolicy, 1)
  const states = Array.from({ length: CUSTOMERS }, (_, index) => stateOf(index, ids, atMs))
  const pick = pickerOf('uniform', CUSTOMERS)

  function decideOne(): void {
    const index = pick()
    const state = states[index] as CustomerState
    const input = {
      snapshot: snapshotOf(state),
      request: withoutConsent(requestOf(state.customer)),
      policy,
      factors: UNREDUCED,
      atMs,
      ids: { decision: 'dec_1', hold: '', usageEvent: 'use_1' },
    }
    const result = decide(input)
    if (result.kind !== 'decided' || result.effects.state === null) throw new Error('the bench measures admitted calls')
    states[index] = result.effects.state
  }

  const runFor = (ms: number): { calls: number; seconds: number } => {
    const start = performance.now()
    let calls = 0
    while (performance.now() - start < ms) {
      for (let i = 0; i < BLOCK; i++) decideOne()
      calls += BLOCK
    }
    return { calls, seconds: (performance.now() - start) / 1000 }
  }

  return {
    name: 'pure rules',
    group: 'limits',
    unit: 'decisions',
    without: 'everything but the rules',
    async measure({ warmMs, runMs }) {
      runFor(warmMs)
      const { calls, seconds } = runFor(runMs)
      return { perSecond: calls / seconds, p50Ms: null, p99Ms: null, p999Ms: null, calls, failed: 0, more: {} }
    },
  }
}

/** As a literal: a spread would cost as much as the decision, and give its readers a new shape each time. */
const withoutConsent = (asked: Omit<AccessRequest, 'consented'>): AccessRequest => ({
  customer: asked.customer,
  subject: asked.subject,
  task: asked.task,
  feature: asked.feature,
  price: asked.price,
  attributes: asked.attributes,
  mode: asked.mode,
  acceptPartial: asked.acceptPartial,
  includedOnly: asked.includedOnly,
  maxCredits: asked.maxCredits,
  consented: null,
})

const snapshotOf = (state: CustomerState): Snapshot => ({
  state,
  subjects: new Map(),
  holds: new Map(),
  openHolds: null,
  ledger: null,
  usedKeys: new Set(),
})
