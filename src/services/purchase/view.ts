import { writtenOff } from '../../core/purchase/next-step.ts'
import {
  isOpen,
  otherMoney,
  type Purchase,
  type PurchaseStatus,
  returnedMinor,
  sentBackMinor,
  statusOf,
} from '../../core/purchase/purchase.ts'
import { formatMoney } from '../../core/shared/money.ts'
import type { CustomerId, PurchaseId } from '../../core/shared/ids.ts'
import type { PurchaseEngine } from './purchase-engine.ts'

/** One line of what happened, with its time and the id it can be proven by. */
export interface PurchaseStep {
  readonly step:
    | 'ordered'
    | 'checkout'
    | 'bank'
    | 'paid'
    | 'credited'
    | 'usable'
    | 'refunded'
    | 'refund_failed'
    | 'disputed'
    | 'dispute_closed'
    | 'taken_back'
  readonly standing: 'done' | 'now' | 'ahead' | 'failed'
  readonly atMs: number | null
  readonly id: string | null
  readonly note: string | null
}

export interface PurchaseRow {
  readonly id: PurchaseId
  readonly status: PurchaseStatus
  readonly origin: Purchase['origin']
  readonly pack: Purchase['pack']
  readonly buyer: string
  readonly createdAtMs: number
  readonly refundedMinor: bigint
  /** Where money is that is not what was asked for, when none came that is; null: there is none. */
  readonly otherMoney: 'with_support' | 'returned' | null
}

export const purchaseRow = (purchase: Purchase): PurchaseRow => ({
  id: purchase.id,
  status: statusOf(purchase),
  origin: purchase.origin,
  pack: purchase.pack,
  buyer: purchase.buyer.name,
  createdAtMs: purchase.createdAtMs,
  refundedMinor: returnedMinor(purchase.facts),
  otherMoney: whereOtherMoneyIs(purchase),
})

const wentBack = ({ facts }: Purchase, { amountMinor }: { readonly amountMinor: bigint }): boolean =>
  returnedMinor(facts) >= amountMinor

function whereOtherMoneyIs(purchase: Purchase): PurchaseRow['otherMoney'] {
  const other = otherMoney(purchase.facts)
  if (purchase.facts.paid !== null || other.length === 0) return null
  return other.every((one) => wentBack(purchase, one)) ? 'returned' : 'with_support'
}

/** A purchase as its page shows it; null: there is none of that id, or it is somebody else's. */
export async function viewPurchase(engine: PurchaseEngine, customer: CustomerId, id: PurchaseId) {
  const [purchase, seen] = await Promise.all([engine.purchases.read(id), engine.readers.customer(customer)])
  if (purchase === null || seen === null || purchase.customer !== customer) return null
  const { facts, keepMethod, version, policyVersion } = purchase
  const grant = facts.credited === null ? null : await engine.readers.grant(facts.credited.grant)
  const open = isOpen(purchase)
  const nowMs = engine.clock.nowMs()
  const canPay = open && facts.checkout !== null && facts.checkout.expiresAtMs > nowMs
  return {
    ...purchaseRow(purchase),
    customerName: seen.customer.name,
    buyerEmail: purchase.buyer.email,
    keepMethod,
    policyVersion,
    version,
    asOfMs: nowMs,
    open,
    checkoutUrl: canPay ? (facts.checkout?.url ?? null) : null,
    failure: facts.failure?.reason ?? null,
    paidAtMs: facts.paid?.atMs ?? null,
    payment: facts.paid?.payment ?? null,
    otherwise: otherMoney(facts).map(({ payment, amountMinor, currency, atMs }) => ({
      payment,
      amountMinor,
      currency,
      atMs,
      returned: wentBack(purchase, { amountMinor }),
    })),
    writtenOff: writtenOff(facts),
    grant:
      grant === null
        ? null
        : {
            id: grant.id,
            available: seen.state.grants.find((one) => one.id === grant.id)?.available ?? 0n,
            spent: grant.spent,
            revoked: grant.revoked,
            expiresAtMs: grant.expiresAtMs,
          },
    stateVersion: seen.state.version,
    steps: stepsOf(purchase, grant !== null),
  }
}

/** The way from order to use, then what left again. `usable` is done when the gate's own state has the grant. */
function stepsOf(purchase: Purchase, entered: boolean): readonly PurchaseStep[] {
  const { facts } = purchase
  const { checkout, paid, credited, action, failure, expired } = facts
  const [other] = paid === null ? otherMoney(facts) : []
  const ended = paid === null && (expired !== null || other !== undefined || (!isOpen(purchase) && failure !== null))
  const standing = (done: boolean, before: boolean): PurchaseStep['standing'] =>
    done ? 'done' : ended ? 'ahead' : before ? 'now' : 'ahead'
  const steps: PurchaseStep[] = [
    { step: 'ordered', standing: 'done', atMs: purchase.createdAtMs, id: purchase.id, note: null },
  ]
  if (purchase.origin !== 'auto_top_up') {
    const at = { atMs: checkout?.atMs ?? null, id: checkout?.reference ?? null, note: null }
    steps.push({ step: 'checkout', standing: standing(checkout !== null || paid !== null, true), ...at })
  }
  if (action !== null) {
    const answered = paid !== null || (failure !== null && failure.atMs >= action.atMs)
    steps.push({ step: 'bank', standing: standing(answered, true), atMs: action.atMs, id: action.event, note: null })
  }
  const failed = paid === null && (expired !== null || other !== undefined || statusOf(purchase) === 'failed')
  const bankAsks = action !== null && (failure === null || failure.atMs < action.atMs)
  const asked = (checkout !== null || purchase.origin === 'auto_top_up') && !bankAsks
  steps.push({
    step: 'paid',
    standing: failed ? 'failed' : standing(paid !== null, asked),
    atMs: paid?.atMs ?? (failed ? ((other ?? expired ?? failure)?.atMs ?? null) : null),
    id: paid?.payment ?? other?.payment ?? null,
    note: failed ? whyNotPaid(purchase) : null,
  })
  steps.push({
    step: 'credited',
    standing: standing(credited !== null, paid !== null),
    atMs: credited?.atMs ?? null,
    id: credited?.grant ?? null,
    note: null,
  })
  steps.push({
    step: 'usable',
    standing: standing(entered, credited !== null),
    atMs: entered ? (credited?.atMs ?? null) : null,
    id: null,
    note: null,
  })
  return [...steps, ...leavingSteps(purchase)]
}

function whyNotPaid({ facts, pack }: Purchase): string | null {
  const [other] = otherMoney(facts)
  if (other !== undefined) {
    const asked = formatMoney(pack.totalMinor, pack.currency)
    return `${formatMoney(other.amountMinor, other.currency)} came, ${asked} was asked for: it pays nothing.`
  }
  return facts.expired === null ? (facts.failure?.reason ?? null) : 'The checkout has ended; nothing was charged.'
}

function leavingSteps({ facts, pack }: Purchase): readonly PurchaseStep[] {
  const { refunded, refunds, disputes, takeBacks } = facts
  const steps: PurchaseStep[] = []
  const sent = refunded ?? refunds[0]
  if (sent !== undefined) {
    const note = sentBackMinor(facts) >= pack.totalMinor ? null : 'part'
    steps.push({ step: 'refunded', standing: 'done', atMs: sent.atMs, id: sent.event, note })
  }
  for (const { refund: id, minor, failed } of refunds) {
    if (failed === null) continue
    const note = `${formatMoney(minor, pack.currency)} did not arrive. Support was told and finds another way.`
    steps.push({ step: 'refund_failed', standing: 'failed', atMs: failed.atMs, id, note })
  }
  for (const { dispute: id, opened, closed } of disputes) {
    const standing = closed === null ? 'now' : 'done'
    steps.push({ step: 'disputed', standing, atMs: opened?.atMs ?? closed?.atMs ?? null, id, note: null })
    if (closed === null) continue
    const note = closed.won ? 'won' : 'lost'
    steps.push({ step: 'dispute_closed', standing: 'done', atMs: closed.atMs, id: closed.event, note })
  }
  for (const one of takeBacks) {
    steps.push({
      step: 'taken_back',
      standing: one.closedAtMs === null ? 'now' : 'done',
      atMs: one.closedAtMs ?? one.plannedAtMs,
      id: null,
      note: one.returned ? 'returned' : `${one.taken}`,
    })
  }
  return steps
}
