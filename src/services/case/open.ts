import type { CaseId, CustomerId, UserId } from '../../core/shared/ids.ts'
import type { CaseAbout } from '../../ports/case-store.ts'
import type { Engine } from '../engine.ts'
import { collectEvidence } from './collect-evidence.ts'

export type OpenOutcome =
  | { readonly kind: 'opened'; readonly id: CaseId }
  /** The record has a case that is not closed: this one. */
  | { readonly kind: 'running'; readonly id: CaseId }
  | { readonly kind: 'too_many' }
  /** There is no such record of this customer's. */
  | { readonly kind: 'unknown' }

/** Opens a case about a decision or a usage event, with the evidence as it is now, and what the customer says of it. */
export async function openCase(
  engine: Engine,
  input: {
    readonly customer: CustomerId
    readonly about: CaseAbout
    readonly body: string
    readonly by: { readonly id: UserId; readonly name: string }
  },
): Promise<OpenOutcome> {
  const { customer, about, body, by } = input
  const collected = await collectEvidence(engine, customer, about)
  if (collected === null) return { kind: 'unknown' }
  const { title, evidence } = collected
  const atMs = evidence.collectedAtMs
  const id = engine.ids.next('case', atMs)
  const result = await engine.cases.open(
    {
      id,
      customer,
      title,
      about,
      evidence,
      state: 'open',
      openedBy: by.id,
      openedByName: by.name,
      openedAtMs: atMs,
      changedAtMs: atMs,
    },
    { side: 'customer', author: by.id, authorName: by.name, body, writtenAtMs: atMs },
    {
      id: engine.ids.next('aud', atMs),
      actor: { kind: 'user', id: by.id },
      action: 'case.open',
      target: id,
      customer,
      reason: null,
      detail: { about: about.kind, record: about.id, title },
      atMs,
    },
  )
  switch (result.kind) {
    case 'running':
      return result
    case 'opened':
      return { kind: 'opened', id }
    case 'too_many':
      return { kind: 'too_many' }
  }
}
