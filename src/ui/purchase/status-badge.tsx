import { Badge } from '../primitives/badge.tsx'
import type { Outputs } from '../trpc/client.tsx'

type Row = Outputs['purchase']['list']['items'][number]
export type PurchaseStatus = Row['status']

const WORDS: Record<PurchaseStatus, readonly [tone: 'plain' | 'accent' | 'ok' | 'warn' | 'bad', word: string]> = {
  created: ['plain', 'Ordered'],
  awaiting_payment: ['accent', 'Waiting for payment'],
  requires_action: ['warn', 'Bank is asking'],
  paid: ['accent', 'Paid, being credited'],
  credited: ['ok', 'Credited'],
  failed: ['bad', 'Payment failed'],
  expired: ['plain', 'Not paid'],
  refunded: ['warn', 'Refunded'],
  disputed: ['bad', 'Disputed'],
}

const OTHER_MONEY = { with_support: 'With support', returned: 'Money returned' } as const

/** Money that pays nothing says more than the status: nobody waits for a payment any more. */
export function StatusBadge({ status, otherMoney }: Pick<Row, 'status' | 'otherMoney'>) {
  const [tone, word] = otherMoney === null ? WORDS[status] : (['warn', OTHER_MONEY[otherMoney]] as const)
  return (
    <Badge tone={tone} data-status={status}>
      {word}
    </Badge>
  )
}
