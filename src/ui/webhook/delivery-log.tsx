'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { CopyId } from '../primitives/copy-id.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Moment } from '../primitives/moment.tsx'
import { toast } from '../primitives/toast.ts'
import { type Outputs, useTRPC } from '../trpc/client.tsx'

type Delivery = Outputs['webhook']['log'][number]

/** While something waits, the log is asked this often: a delivery changes no customer, so no stream tells of it. */
const ASK_MS = 2_000
const WORDS = { queued: 'waiting', delivered: 'delivered', failed: 'failed' } as const
const TONES = { queued: 'plain', delivered: 'ok', failed: 'bad' } as const

export function DeliveryLog({ zone }: { zone: string }) {
  const { data } = useQuery(
    useTRPC().webhook.log.queryOptions(undefined, {
      refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'queued') ? ASK_MS : false),
    }),
  )
  return (
    <Card aria-labelledby="deliveries" className="overflow-hidden">
      <SectionHead
        id="deliveries"
        title="Deliveries"
        note="The latest 100; kept for 30 days"
        className="px-5 pt-4 pb-3"
      />
      <div className="border-line border-t">
        {data === undefined || data.length === 0 ? (
          <Empty title="Nothing was sent yet">Send a ping to see one arrive.</Empty>
        ) : (
          <ul className="divide-y divide-line">
            {data.map((delivery) => (
              <DeliveryRow key={delivery.id} delivery={delivery} zone={zone} />
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}

function DeliveryRow({ delivery, zone }: { delivery: Delivery; zone: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const replay = useMutation(
    trpc.webhook.replay.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.webhook.pathFilter()),
      onError: (error) => toast.error(error.message),
    }),
  )
  const { id, type, status, attempts, queuedAtMs, nextAttemptAtMs, lastStatus, lastError, body } = delivery
  return (
    <li className="grid gap-x-5 gap-y-1 px-5 py-3 text-13 sm:grid-cols-[1fr_auto] sm:items-start">
      <div className="min-w-0">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Badge tone={TONES[status]}>{WORDS[status]}</Badge>
          <span className="font-medium font-mono">{type}</span>
          <CopyId id={id} />
        </p>
        <p className="mt-0.5 break-words text-ink-3">
          <Moment atMs={queuedAtMs} zone={zone} show="relative" />, {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
          {status === 'delivered' && lastStatus !== null && <>, answered {lastStatus}</>}
          {lastError !== null && <>: {lastError}</>}
          {status === 'queued' && attempts > 0 && (
            <>
              {' '}
              &middot; again <Moment atMs={nextAttemptAtMs} zone={zone} show="relative" />
            </>
          )}
        </p>
        <details className="mt-1">
          <summary className="text-ink-2">What was sent</summary>
          <pre className="mt-2 overflow-x-auto whitespace-pre-wrap break-all rounded-md bg-sunken p-3 font-mono text-2xs">
            {body}
          </pre>
        </details>
      </div>
      {status !== 'queued' && (
        <Button size="sm" tone="ghost" disabled={replay.isPending} onClick={() => replay.mutate({ id })}>
          Send again<span className="sr-only"> {id}</span>
        </Button>
      )}
    </li>
  )
}
