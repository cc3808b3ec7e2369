import type { PaymentEvent } from '../../../core/purchase/event.ts'
import { unreachable } from '../../../core/shared/assert.ts'
import type { PurchaseId } from '../../../core/shared/ids.ts'
import type { ChargeOrder, CheckoutOrder, TestAction, TestCard } from '../../../ports/payments.ts'

/** One purchase at the bank: its checkout, if it has one, its payment, and every event of both in order. */
export interface Account {
  readonly purchase: PurchaseId
  /** Null: charged without the person. */
  readonly checkout:
    | (Pick<CheckoutOrder, 'keepMethod' | 'expiresAtMs' | 'doneUrl' | 'backUrl'> & { readonly reference: string })
    | null
  readonly payment: string
  readonly title: string
  readonly totalMinor: bigint
  readonly currency: string
  readonly openedAtMs: number
  readonly status: 'open' | 'waiting_for_bank' | 'processing' | 'paid' | 'expired'
  readonly card: TestCard | null
  /** Of a slow card: when its money arrives. */
  readonly arrivesAtMs: number | null
  readonly declined: string | null
  /** Sent back in order; one that failed came back to the seller. Accounts of earlier versions lack them. */
  readonly refunds?: readonly BankRefund[]
  readonly dispute: { readonly id: string; readonly won: boolean | null } | null
  readonly history: readonly PaymentEvent[]
}

export interface BankRefund {
  readonly id: string
  readonly atMs: number
  readonly minor: bigint
  readonly failed: string | null
}

/** Sent back in sum, and what of it stayed away. */
export const sentMinor = ({ refunds = [] }: Account): bigint => refunds.reduce((sum, { minor }) => sum + minor, 0n)
export const refundedMinor = ({ refunds = [] }: Account): bigint =>
  refunds.reduce((sum, { minor, failed }) => (failed === null ? sum + minor : sum), 0n)

export interface BankPorts {
  nowMs(): number
  /** Hears of every event after it is kept. */
  onEvent(event: PaymentEvent, account: Account): void
  /** Hears of every account that changed. */
  onChange(account: Account): void
  /** How ids begin. */
  readonly prefix: { readonly checkout: string; readonly payment: string; readonly method: string }
}

export const SLOW_MS = 4_000
/** Old accounts go when there are more: this is a place to try things out. */
const MOST_ACCOUNTS = 10_000

const REASONS: Partial<Record<TestCard, string>> = {
  decline: 'The card was declined (insufficient funds).',
}

/** The event before it has its id, time and payment. */
type Told = PaymentEvent extends infer E
  ? E extends PaymentEvent
    ? Omit<E, 'id' | 'atMs' | 'purchase' | 'payment'>
    : never
  : never

/**
 * A bank for trying out: what cards, people and the processor's back office do to a payment. It has the states of a real
 * one and none of its money.
 */
export class Bank {
  private readonly byPurchase = new Map<string, Account>()
  private readonly byId = new Map<string, string>()
  private readonly ports: BankPorts

  constructor(ports: BankPorts, kept: readonly Account[] = []) {
    this.ports = ports
    for (const account of kept) this.put(account)
  }

  /** By checkout or payment; what has arrived meanwhile is in it. */
  find(reference: string): Account | null {
    const purchase = this.byId.get(reference)
    const account = purchase === undefined ? undefined : this.byPurchase.get(purchase)
    if (account === undefined) return null
    const nowMs = this.ports.nowMs()
    if (account.status === 'processing' && account.arrivesAtMs !== null && nowMs >= account.arrivesAtMs)
      return this.arrive(account)
    if (account.status === 'open' && account.checkout !== null && nowMs >= account.checkout.expiresAtMs)
      return this.close(reference)
    return account
  }

  all(): readonly Account[] {
    return [...this.byPurchase.values()]
  }

  open(order: CheckoutOrder): Account {
    const known = this.byPurchase.get(order.purchase)
    if (known !== undefined) return known
    const { keepMethod, expiresAtMs, doneUrl, backUrl } = order
    const reference = `${this.ports.prefix.checkout}${hexOf(order.purchase)}`
    return this.keep({ ...this.blank(order), checkout: { reference, keepMethod, expiresAtMs, doneUrl, backUrl } })
  }

  close(reference: string): Account | null {
    const purchase = this.byId.get(reference)
    const account = purchase === undefined ? undefined : this.byPurchase.get(purchase)
    if (account === undefined) return null
    if (account.status !== 'open' && account.status !== 'waiting_for_bank') return account
    return this.tell({ ...account, status: 'expired' }, { kind: 'expired' })
  }

  pay(reference: string, card: TestCard): Account | null {
    const account = this.find(reference)
    if (account === null || account.status !== 'open') return null
    return this.attempt({ ...account, card, declined: null })
  }

  answer(reference: string, agrees: boolean): Account | null {
    const account = this.find(reference)
    if (account === null || account.status !== 'waiting_for_bank') return null
    if (agrees) return this.arrive(account)
    const reason = 'The bank did not confirm the person (3-D Secure).'
    return this.tell({ ...account, status: 'open', declined: reason }, { kind: 'failed', reason })
  }

  /** Without the person: the card that was kept decides, and nobody is there to answer the bank. */
  charge(order: ChargeOrder): Account {
    const known = this.byPurchase.get(order.purchase)
    if (known !== undefined) return known
    const fresh = { ...this.blank(order), card: cardOf(order.method) }
    if (fresh.card === 'success' || fresh.card === 'slow' || fresh.card === 'duplicate_webhook')
      return this.arrive(fresh)
    const reason =
      fresh.card === 'three_d_secure' ? 'The bank asks for the person (3-D Secure).' : 'The card was declined.'
    return this.tell({ ...fresh, declined: reason }, { kind: 'failed', reason })
  }

  refund(payment: string, totalMinor: bigint): Account | null {
    const account = this.find(payment)
    if (account === null || account.status !== 'paid') return null
    const minor = totalMinor - sentMinor(account)
    if (minor <= 0n) return account
    if (refundedMinor(account) + minor > account.totalMinor) return null
    const { refunds = [] } = account
    const id = `re_${refunds.length + 1}_${hexOf(account.purchase)}`
    const sent = { ...account, refunds: [...refunds, { id, atMs: this.ports.nowMs(), minor, failed: null }] }
    return this.tell(this.tell(sent, { kind: 'refund', refund: id, minor, failed: null }), {
      kind: 'refunded',
      minor: totalMinor,
    })
  }

  /** So much of the money, unless as much was returned already. */
  private refundUpTo(account: Account, minor: bigint): Account | null {
    const left = minor - refundedMinor(account)
    return left <= 0n ? account : this.refund(account.payment, sentMinor(account) + left)
  }

  /** The latest that was on its way: the buyer's bank did not take it. */
  private failRefund(account: Account): Account {
    const refund = account.refunds?.findLast(({ failed }) => failed === null)
    if (refund === undefined) return account
    const failed = 'The bank of the buyer did not take the money: the account is closed.'
    const refunds = account.refunds?.map((one) => (one.id === refund.id ? { ...one, failed } : one)) ?? []
    return this.tell({ ...account, refunds }, { kind: 'refund', refund: refund.id, minor: refund.minor, failed })
  }

  backOffice(reference: string, action: TestAction): Account | null {
    const account = this.find(reference)
    if (account === null || account.status !== 'paid') return null
    switch (action) {
      case 'refund':
        return this.refundUpTo(account, account.totalMinor)
      case 'refund_half':
        return this.refundUpTo(account, account.totalMinor / 2n)
      case 'refund_fails':
        return this.failRefund(account)
      case 'dispute': {
        if (account.dispute !== null) return account
        const dispute = `dp_${hexOf(account.purchase)}`
        return this.tell({ ...account, dispute: { id: dispute, won: null } }, { kind: 'dispute_opened', dispute })
      }
      case 'dispute_won':
      case 'dispute_lost': {
        const { dispute } = account
        if (dispute === null || dispute.won !== null) return account
        const won = action === 'dispute_won'
        return this.tell(
          { ...account, dispute: { ...dispute, won } },
          { kind: 'dispute_closed', dispute: dispute.id, won },
        )
      }
      default:
        return unreachable(action)
    }
  }

  private attempt(account: Account): Account {
    const card = account.card ?? 'success'
    switch (card) {
      case 'success':
      case 'duplicate_webhook':
      case 'declines_later':
      case 'pays_too_little':
        return this.arrive(account)
      case 'slow':
        return this.keep({ ...account, status: 'processing', arrivesAtMs: this.ports.nowMs() + SLOW_MS })
      case 'three_d_secure':
        return this.tell({ ...account, status: 'waiting_for_bank' }, { kind: 'requires_action' })
      case 'decline': {
        const reason = REASONS.decline ?? 'declined'
        return this.tell({ ...account, declined: reason }, { kind: 'failed', reason })
      }
      default:
        return unreachable(card)
    }
  }

  private arrive(account: Account): Account {
    const card = account.card ?? 'success'
    const handle = `${this.ports.prefix.method}${card}`
    const method =
      account.checkout?.keepMethod === true ? { handle, label: `test card (${card.replaceAll('_', ' ')})` } : null
    const { currency } = account
    const amountMinor = account.totalMinor - (card === 'pays_too_little' ? 1n : 0n)
    return this.tell(
      { ...account, status: 'paid', arrivesAtMs: null, declined: null },
      { kind: 'paid', amountMinor, currency, method },
    )
  }

  private blank(order: ChargeOrder | CheckoutOrder): Account {
    return {
      purchase: order.purchase,
      checkout: null,
      payment: `${this.ports.prefix.payment}${hexOf(order.purchase)}`,
      title: order.title,
      totalMinor: order.totalMinor,
      currency: order.currency,
      openedAtMs: this.ports.nowMs(),
      status: 'open',
      card: null,
      arrivesAtMs: null,
      declined: null,
      refunds: [],
      dispute: null,
      history: [],
    }
  }

  private tell(account: Account, told: Told): Account {
    const number = account.history.length + 1
    const event = {
      ...told,
      id: `${account.payment}/${number}/${told.kind}`,
      atMs: this.ports.nowMs(),
      purchase: account.purchase,
      payment: told.kind === 'expired' ? null : account.payment,
    } as PaymentEvent
    const kept = this.keep({ ...account, history: [...account.history, event] })
    this.ports.onEvent(event, kept)
    return kept
  }

  private keep(account: Account): Account {
    this.put(account)
    this.ports.onChange(account)
    return account
  }

  private put(account: Account): void {
    this.byPurchase.delete(account.purchase)
    this.byPurchase.set(account.purchase, account)
    this.byId.set(account.payment, account.purchase)
    if (account.checkout !== null) this.byId.set(account.checkout.reference, account.purchase)
    const [oldest] = this.byPurchase.values()
    if (oldest === undefined || this.byPurchase.size <= MOST_ACCOUNTS) return
    this.byPurchase.delete(oldest.purchase)
    this.byId.delete(oldest.payment)
    if (oldest.checkout !== null) this.byId.delete(oldest.checkout.reference)
  }
}

const hexOf = (purchase: string): string => purchase.slice(purchase.indexOf('_') + 1)

const CARD = /(success|three_d_secure|slow|duplicate_webhook|declines_later)$/
/** A handle ends in its card; `declines_later` and anything unknown declines. */
const cardOf = (method: string): TestCard => (CARD.exec(method)?.[1] ?? 'decline') as TestCard
