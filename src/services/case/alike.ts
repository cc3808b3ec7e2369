import { ALIKE_WITHIN_MS, type AlikeDecisions } from '../../core/case/evidence.ts'
import { customerSentence } from '../../core/waterfall/explain.ts'
import type { StoredDecision } from '../../ports/readers.ts'
import { policyOf } from '../access/decision-rows.ts'
import { titlesOf } from '../access/sources.ts'
import { canonicalJson } from '../decision/canonical-json.ts'
import type { Engine } from '../engine.ts'

const PAGE = 100
/** Decisions around it that are looked at: 300. */
const MOST_PAGES = 3
const MOST_FOUND = 5

/** Other decisions around this one that let the same be used again: what a request that was sent twice looks like. */
export async function alikeOf(engine: Engine, stored: StoredDecision): Promise<AlikeDecisions> {
  const { id, customer, atMs } = stored.decision
  const asked = askedFor(stored)
  const found: StoredDecision[] = []
  let cursor: string | null = null
  let complete = false
  for (let page = 0; page < MOST_PAGES && !complete; page += 1) {
    const beforeMs = atMs + ALIKE_WITHIN_MS + 1
    const { items, nextCursor } = await engine.readers.decisions({ customer, cursor, limit: PAGE, beforeMs })
    for (const one of items) {
      const near = Math.abs(one.decision.atMs - atMs) <= ALIKE_WITHIN_MS
      if (near && one.decision.id !== id && one.decision.outcome !== 'denied' && askedFor(one) === asked)
        found.push(one)
    }
    complete = nextCursor === null || items.some(({ decision }) => decision.atMs < atMs - ALIKE_WITHIN_MS)
    cursor = nextCursor
  }
  const told = await Promise.all(found.slice(0, MOST_FOUND).map((one) => asTold(engine, one)))
  return { found: told, complete }
}

/** Who asked for what. The mode is left out: a hold and its like that is consumed at once are one thing asked twice. */
const askedFor = ({ request: { subject, task, feature, price, attributes } }: StoredDecision): string =>
  canonicalJson({ subject, task, feature, price, attributes })

async function asTold(engine: Engine, { decision, seen }: StoredDecision): Promise<AlikeDecisions['found'][number]> {
  const policy = await policyOf(engine, decision.policyVersion)
  return { id: decision.id, atMs: decision.atMs, sentence: customerSentence(decision, titlesOf(seen.state, policy)) }
}
