import { Badge } from '../primitives/badge.tsx'
import type { Outputs } from '../trpc/client.tsx'

export type PurchaseStatus = Outputs['purchase']['list']['items'][number]['status']

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

export function StatusBadge({ status }: { status: PurchaseStatus }) {
  const [tone, word] = WORDS[status]
  return (
    <Badge tone={tone} data-status={status}>
      {word}
    </Badge>
  )
}
