import type { Engine } from '../engine.ts'

/** What buying needs. */
export type PurchaseEngine = Pick<
  Engine,
  | 'customers'
  | 'policies'
  | 'clock'
  | 'ids'
  | 'hash'
  | 'signals'
  | 'readers'
  | 'purchases'
  | 'payments'
  | 'mailer'
  | 'alarms'
  | 'publicUrl'
>
