import { join } from 'node:path'
import { stripePayments } from '../adapters/payments/stripe/payments.ts'
import { fileJournal } from '../adapters/payments/test-processor/journal.ts'
import { testProcessor } from '../adapters/payments/test-processor/processor.ts'
import { systemClock } from '../adapters/system/system-clock.ts'
import type { Payments, TestProcessor } from '../ports/payments.ts'
import type { Config } from './config.ts'

export interface OpenedPayments {
  readonly payments: Payments
  /** Null: a real processor. */
  readonly desk: TestProcessor | null
}

/** Stripe where it is configured; otherwise the test processor in a demo. In production without Stripe nothing is sold. */
export function openPayments(
  config: Pick<Config, 'mode' | 'stripe' | 'home' | 'secret'>,
  running: { readonly publicUrl: string; readonly onFault: (error: unknown) => void },
): OpenedPayments | null {
  if (config.stripe !== null) return { payments: stripePayments(config.stripe), desk: null }
  if (config.mode === 'production') return null
  return testProcessor({
    nowMs: systemClock().nowMs,
    later: (ms, work) => void setTimeout(work, ms).unref(),
    journal: fileJournal(join(config.home, 'test-processor.jsonl')),
    secret: config.secret,
    pagesUrl: `${running.publicUrl}/checkout/test`,
    onFault: running.onFault,
  })
}
