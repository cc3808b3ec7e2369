import { orderedJson } from '../../core/ledger/audit-chain.ts'
import { validatePolicy } from '../../core/policy/validate.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { Engine } from '../engine.ts'
import { readDocument } from './read-document.ts'

export interface PublishInput {
  /** The version that the author edited; 0 for the first ever. */
  readonly base: number
  /** Parsed JSON; read and checked here. */
  readonly document: unknown
  /** What changes and why, for people. */
  readonly note: string
  readonly actor: Actor
}

/** Where in the document, and what to do about it. */
export interface PublishProblem {
  readonly path: string
  readonly problem: string
}

export type PublishResult =
  | { readonly kind: 'published'; readonly version: number }
  | { readonly kind: 'invalid'; readonly problems: readonly PublishProblem[] }
  /** Somebody published since: look at `current` and edit that. */
  | { readonly kind: 'stale'; readonly current: number }
  /** The document says what the version in force says. */
  | { readonly kind: 'unchanged'; readonly current: number }

export type PublishEngine = Pick<Engine, 'policyStore' | 'signals' | 'clock' | 'ids'>

/**
 * Publishes a document as version `base + 1` with its audit entry, in one transaction. Every process has it in force
 * within two seconds, this one at once.
 */
export async function publishPolicy(engine: PublishEngine, input: PublishInput): Promise<PublishResult> {
  const read = readDocument(input.document)
  if (!read.ok) {
    return { kind: 'invalid', problems: read.problems.map(({ path, message }) => ({ path, problem: message })) }
  }
  const problems = validatePolicy(read.document)
  if (problems.length > 0) return { kind: 'invalid', problems }

  const current = await engine.policyStore.current()
  const inForce = current?.version ?? 0
  if (inForce !== input.base) return { kind: 'stale', current: inForce }
  if (current !== null && isSame(current.document, read.document)) return { kind: 'unchanged', current: inForce }

  const atMs = engine.clock.nowMs()
  const version = input.base + 1
  const result = await engine.policyStore.publish({
    base: input.base,
    document: read.document,
    note: input.note,
    atMs,
    audit: {
      id: engine.ids.next('aud', atMs),
      actor: input.actor,
      action: 'policy.publish',
      target: `policy:${version}`,
      customer: null,
      reason: input.note,
      detail: { base: input.base, version, title: read.document.title },
      atMs,
    },
  })
  if (result.kind === 'published') engine.signals.publish({ kind: 'policy', version: result.version })
  return result
}

const isSame = (a: unknown, b: unknown): boolean => orderedJson(a) === orderedJson(b)
