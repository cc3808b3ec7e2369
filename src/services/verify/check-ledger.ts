import { CHAIN_START, verifyChain, verifyTail } from '../../core/ledger/chain.ts'
import { heldByGrant, partsOf, sumParts, unexplained } from '../../core/ledger/identity.ts'
import { type Account, counterAccount, postingsOf, rootCause } from '../../core/ledger/posting.ts'
import type { BalanceCause, BalanceUpdate } from '../../core/settlement/events.ts'
import type { VerifyView } from '../../ports/verify-store.ts'
import type { Hash } from '../../ports/system.ts'
import { chargeKey, type Rebuilt } from './check-once.ts'
import type { CustomerBooks } from './customer-books.ts'
import { walk } from './pages.ts'
import type { Findings } from './report.ts'

interface Totals {
  readonly balance: Map<string, bigint>
  /** `account/grant` -> amount. */
  readonly accounts: Map<string, bigint>
  debtPaid: bigint
}

/** I1, I1b, I3: walks the chain once, adds it up per grant, and holds it against grants, gate, holds and events. */
export async function checkLedger(
  view: VerifyView,
  input: {
    readonly books: CustomerBooks
    readonly rebuilt: Rebuilt
    readonly hash: Hash
    readonly exported: ReadonlyMap<number, string>
  },
  findings: Findings,
): Promise<void> {
  const { books, rebuilt, hash, exported } = input
  const { customer } = books
  const totals: Totals = { balance: new Map(), accounts: new Map(), debtPaid: 0n }
  let at = CHAIN_START
  let broken = false
  const left = new Set(exported.keys())

  for await (const update of walk(
    0,
    (after, limit) => view.balanceUpdates(customer, after, limit),
    (row) => row.seq,
  )) {
    findings.saw('I1b')
    findings.count('balanceUpdates')
    if (!broken) {
      const link = verifyChain([update], hash, at)
      if (link.ok) at = link.at
      else findings.wrong('I1b', `${customer}: the chain breaks at seq ${link.broken.seq} (${link.broken.why})`)
      broken = !link.ok
    }
    if (exported.get(update.seq) === update.hash) left.delete(update.seq)
    await addUp(view, { books, rebuilt, totals, update }, findings)
  }
  const tail = broken ? null : verifyTail(at, books.head)
  if (tail !== null)
    findings.wrong('I1b', `${customer}: the chain ends at seq ${tail.seq}, the head says ${books.head.seq}`)
  for (const seq of left) findings.wrong('I1b', `${customer}: seq ${seq} is not what was exported`)
  for (const [key, amount] of rebuilt.charges)
    findings.wrong('I2', `${customer}: ${key} charges ${amount} without a balance update`)
  checkGrants({ books, rebuilt, totals }, findings)
}

async function addUp(
  view: VerifyView,
  input: { books: CustomerBooks; rebuilt: Rebuilt; totals: Totals; update: BalanceUpdate },
  findings: Findings,
): Promise<void> {
  const { books, rebuilt, totals, update } = input
  findings.saw('I1')
  const before = totals.balance.get(update.grant) ?? 0n
  findings.expect(
    books.grants.has(update.grant),
    'I1',
    () => `${update.id} changes ${update.grant}, which does not exist`,
  )
  findings.expect(
    before === update.balanceBefore,
    'I1',
    () => `${update.id} starts from ${update.balanceBefore}, not ${before}`,
  )
  findings.expect(update.balanceAfter >= 0n, 'I3', () => `${update.id} leaves ${update.balanceAfter}`)

  const causes = await causesOf(view, update)
  let counter: Account
  try {
    counter = counterAccount(update.cause, (id) => causes.get(id))
    if (rootCause(update.cause, (id) => causes.get(id)).kind === 'debt') totals.debtPaid -= update.delta
  } catch (error) {
    return findings.wrong('I1', `${update.id}: ${error instanceof Error ? error.message : 'no cause'}`)
  }
  const entry = postingsOf(update, counter)
  totals.balance.set(update.grant, before + entry[0].amount)
  const account = `${counter}/${update.grant}`
  totals.accounts.set(account, (totals.accounts.get(account) ?? 0n) + entry[1].amount)

  if (update.cause.kind !== 'charge') return
  const key = chargeKey(update.cause.monetizationEvent, update.grant)
  const charged = rebuilt.charges.get(key)
  findings.expect(
    charged === -update.delta,
    'I2',
    () => `${update.id} charges ${-update.delta}, its event says ${charged ?? 'nothing'}`,
  )
  rebuilt.charges.delete(key)
}

/** Causes that a correction leads to: older updates, at most 64 steps back, and rarely any. */
async function causesOf(view: VerifyView, update: BalanceUpdate): Promise<Map<string, BalanceCause>> {
  const causes = new Map<string, BalanceCause>()
  let { cause } = update
  for (let step = 0; step < 64 && cause.kind === 'correction'; step += 1) {
    const corrected = await view.balanceUpdate(update.customer, cause.corrects)
    if (corrected === null) break
    causes.set(corrected.id, corrected.cause)
    cause = corrected.cause
  }
  return causes
}

function checkGrants(input: { books: CustomerBooks; rebuilt: Rebuilt; totals: Totals }, findings: Findings): void {
  const { books, rebuilt, totals } = input
  const { customer, state, openHolds } = books
  const states = new Map(state.grants.map((grant) => [grant.id as string, grant]))
  const held = heldByGrant(openHolds)
  const all = [...books.grants.values()].map((grant) => {
    const parts = partsOf(grant, states.get(grant.id), rebuilt.pending.get(grant.id) ?? 0n)
    const lost = unexplained(parts)
    const posted = (account: Account): bigint => totals.accounts.get(`${account}/${grant.id}`) ?? 0n
    findings.saw('I1')
    findings.saw('I3')
    findings.expect(lost === 0n, 'I1', () => `${grant.id}: ${lost} of ${grant.amount} is unexplained`)
    findings.expect(
      grant.balance === (totals.balance.get(grant.id) ?? 0n),
      'I1',
      () => `${grant.id} says a balance of ${grant.balance}, its updates ${totals.balance.get(grant.id) ?? 0n}`,
    )
    findings.expect(
      -posted('issued') === parts.granted &&
        posted('spent') === parts.spent &&
        posted('expired') === parts.expired &&
        posted('revoked') === parts.revoked,
      'I1',
      () => `${grant.id}: its postings do not add up to granted, spent, expired and revoked`,
    )
    findings.expect(
      Object.values(parts).every((part) => part >= 0n) && grant.balance >= 0n,
      'I3',
      () => `${grant.id} has a part below zero`,
    )
    findings.expect(
      parts.held === (held.get(grant.id) ?? 0n),
      'I3',
      () => `${grant.id} says ${parts.held} held, its open holds ${held.get(grant.id) ?? 0n}`,
    )
    return parts
  })
  for (const id of states.keys()) {
    findings.expect(books.grants.has(id), 'I1', () => `${customer} can draw from ${id}, which the ledger does not know`)
  }
  for (const id of held.keys()) {
    findings.expect(books.grants.has(id), 'I3', () => `an open hold of ${customer} holds ${id}, which does not exist`)
  }
  findings.expect(
    state.openHolds === openHolds.length,
    'I3',
    () => `${customer} counts ${state.openHolds} open holds of ${openHolds.length}`,
  )
  findings.expect(
    state.debt === rebuilt.owed - totals.debtPaid,
    'I1',
    () => `${customer} owes ${state.debt}, its usage and payments say ${rebuilt.owed - totals.debtPaid}`,
  )
  for (const [name, amount] of Object.entries(sumParts(all))) findings.sum(name, amount)
  findings.sum('debt', state.debt)
}
