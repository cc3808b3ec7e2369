import type { Mailer } from '../../ports/mailer.ts'
import type { Payments } from '../../ports/payments.ts'
import type { PurchaseStore } from '../../ports/purchase-store.ts'
import type { Engine } from '../engine.ts'

/** What buying needs. `payments` null: this installation sells nothing. */
export type PurchaseEngine = Pick<
  Engine,
  'customers' | 'policies' | 'clock' | 'ids' | 'hash' | 'signals' | 'readers'
> & {
  readonly purchases: PurchaseStore
  readonly payments: Payments | null
  readonly mailer: Mailer
  /** Where people reach the portal, for links in mails and ways back from the processor. */
  readonly publicUrl: string
}
