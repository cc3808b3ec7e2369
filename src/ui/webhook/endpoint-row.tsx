'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { Confirm } from '../primitives/confirm.tsx'
import { Moment } from '../primitives/moment.tsx'
import { toast } from '../primitives/toast.ts'
import { type Outputs, useTRPC } from '../trpc/client.tsx'

type Endpoint = Outputs['webhook']['list']['endpoints'][number]

export function EndpointRow({ endpoint, zone }: { endpoint: Endpoint; zone: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const after = {
    onSuccess: () => queries.invalidateQueries(trpc.webhook.pathFilter()),
    onError: (error: { message: string }) => toast.error(error.message),
  }
  const ping = useMutation(trpc.webhook.ping.mutationOptions(after))
  const enable = useMutation(trpc.webhook.enable.mutationOptions(after))
  const remove = useMutation(trpc.webhook.remove.mutationOptions(after))
  const { id, url, events, disabledAtMs, failingSinceMs } = endpoint
  return (
    <li className="grid gap-x-5 gap-y-2 px-5 py-3.5 sm:grid-cols-[1fr_auto] sm:items-center">
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-2">
          <code className="min-w-0 break-all font-mono text-13">{url}</code>
          {disabledAtMs !== null && <Badge tone="bad">switched off</Badge>}
          {disabledAtMs === null && failingSinceMs !== null && <Badge tone="warn">failing</Badge>}
        </span>
        <span className="block text-13 text-ink-3">
          hears of {events.join(', ')}
          {failingSinceMs !== null && (
            <>
              {' '}
              &middot; nothing got through since <Moment atMs={failingSinceMs} zone={zone} show="absolute" />
            </>
          )}
        </span>
      </span>
      <span className="-ml-2.5 flex gap-1 sm:ml-0">
        {disabledAtMs === null ? (
          <Button size="sm" tone="ghost" disabled={ping.isPending} onClick={() => ping.mutate({ id })}>
            Send a ping<span className="sr-only"> to {url}</span>
          </Button>
        ) : (
          <Button size="sm" tone="ghost" disabled={enable.isPending} onClick={() => enable.mutate({ id })}>
            Switch on<span className="sr-only"> {url}</span>
          </Button>
        )}
        <Confirm
          trigger={
            <>
              Remove<span className="sr-only"> {url}</span>
            </>
          }
          title="Remove this endpoint?"
          action="Remove the endpoint"
          pending={remove.isPending}
          onConfirm={() => remove.mutateAsync({ id })}
        >
          <p>It hears of nothing more, and what still waits for it is not sent.</p>
        </Confirm>
      </span>
    </li>
  )
}
