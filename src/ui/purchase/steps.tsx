import { Check, CircleDashed, LoaderCircle, X } from 'lucide-react'
import { creditsPhrase } from '../format/amount.ts'
import { clockTime, dayTime, duration, zoneName } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { cn } from '../primitives/cn.ts'
import { CopyId } from '../primitives/copy-id.tsx'
import type { PurchaseView, Step } from './types.ts'

/** Each step with its time and the id it can be proven by. */
export function Steps({ view, zone }: { view: PurchaseView; zone: string }) {
  const nowMs = useNow()
  return (
    <ol className="mt-4">
      {view.steps.map((step, i) => (
        <li
          key={`${step.step}/${i}`}
          data-step={step.step}
          data-standing={step.standing}
          className="relative grid grid-cols-[1.75rem_1fr] gap-x-3 pb-5 last:pb-0"
        >
          {i < view.steps.length - 1 && (
            <span aria-hidden className="absolute top-7 bottom-0 left-[0.8125rem] w-px bg-line" />
          )}
          <Dot standing={step.standing} />
          <div className={cn('min-w-0', step.standing === 'ahead' && 'text-ink-3')}>
            <p className="flex flex-wrap items-baseline justify-between gap-x-3">
              <span className={cn(step.standing !== 'ahead' && 'font-medium')}>{titleOf(step, view)}</span>
              {step.atMs !== null && (
                <time dateTime={new Date(step.atMs).toISOString()} className="text-13 text-ink-3">
                  {dayTime(step.atMs, zone, nowMs).split(', ')[0]}, {clockTime(step.atMs, zone)} {zoneName(zone)}
                </time>
              )}
            </p>
            <p className="text-13 text-ink-3">{noteOf(step, view)}</p>
            {step.id !== null && <CopyId id={step.id} />}
          </div>
        </li>
      ))}
    </ol>
  )
}

const STANDING_WORDS = { done: 'done', now: 'under way', ahead: 'not yet', failed: 'failed' } as const

function Dot({ standing }: { standing: Step['standing'] }) {
  const Icon = { done: Check, now: LoaderCircle, ahead: CircleDashed, failed: X }[standing]
  return (
    <span
      className={cn(
        'relative grid size-7 place-items-center rounded-full',
        {
          done: 'bg-ok-soft text-ok',
          now: 'bg-accent-soft text-accent',
          ahead: 'bg-sunken text-ink-3',
          failed: 'bg-bad-soft text-bad',
        }[standing],
      )}
    >
      <Icon aria-hidden className={cn('size-4', standing === 'now' && 'animate-spin')} />
      <span className="sr-only">{STANDING_WORDS[standing]}:</span>
    </span>
  )
}

function titleOf(step: Step, view: PurchaseView): string {
  const done = step.standing === 'done'
  switch (step.step) {
    case 'ordered':
      return view.origin === 'auto_top_up' ? 'Started by auto top-up' : 'Ordered'
    case 'checkout':
      return done ? 'Checkout opened' : 'Opening the checkout'
    case 'bank':
      return done ? 'Your bank asked you' : 'Your bank is asking you'
    case 'paid':
      if (step.standing === 'failed' && view.otherwise.length > 0) return 'Another sum was paid'
      if (step.standing === 'failed') return view.status === 'expired' ? 'Not paid' : 'Payment failed'
      return done ? 'Paid' : 'Payment'
    case 'credited':
      return done ? 'Credited' : 'Credits'
    case 'usable':
      return 'Usable'
    case 'refunded':
      return step.note === 'part' ? 'Refunded in part' : 'Refunded'
    case 'refund_failed':
      return 'Refund failed'
    case 'disputed':
      return 'Payment disputed'
    case 'dispute_closed':
      return step.note === 'won' ? 'Dispute closed in our favour' : 'Dispute lost'
    case 'taken_back':
      return step.note === 'returned' ? 'Credits returned' : done ? 'Credits taken back' : 'Taking credits back'
  }
}

function noteOf(step: Step, view: PurchaseView): string {
  const credited = view.steps.find((one) => one.step === 'credited')?.atMs ?? null
  switch (step.step) {
    case 'paid':
      if (step.standing === 'failed') return step.note ?? ''
      return step.standing === 'done'
        ? 'The processor has confirmed the money.'
        : 'Waiting for the processor to confirm.'
    case 'credited': {
      if (step.standing !== 'done' || credited === null) return 'A grant enters the ledger once the money is confirmed.'
      const took = view.paidAtMs === null ? 0 : credited - view.paidAtMs
      return `${creditsPhrase(view.pack.credits)} entered the ledger${took >= 1_000 ? `, ${duration(took)} after the payment` : ''}.`
    }
    case 'usable':
      if (step.standing !== 'done') return 'Done only when the next request can be paid with them.'
      return (view.grant?.available ?? 0n) > 0n
        ? `The gate has them: at state ${view.stateVersion} the next request can be paid with them.`
        : 'The gate had them; nothing of them can be spent any more.'
    case 'bank':
      return '3-D Secure: your bank confirms that it is you.'
    case 'taken_back':
      return /^\d+$/.test(step.note ?? '')
        ? `${creditsPhrase(BigInt(step.note ?? '0'))} as a new entry of the ledger.`
        : 'As a correction that names what it reverses.'
    case 'refund_failed':
      return step.note ?? ''
    case 'ordered':
    case 'checkout':
    case 'refunded':
    case 'disputed':
    case 'dispute_closed':
      return ''
  }
}
