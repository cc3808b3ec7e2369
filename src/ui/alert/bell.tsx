'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Bell } from 'lucide-react'
import { buttonStyle } from '../primitives/button.tsx'
import { cn } from '../primitives/cn.ts'
import { onDemand, useOnDemand } from '../primitives/on-demand.tsx'
import { useTRPC } from '../trpc/client.tsx'

/** Alerts follow a change by a second and have no version of their own, so the bell asks. */
const ASK_MS = 4_000
const COUNTED_TO = 99

const latest = onDemand(() => import('./latest-alerts.tsx').then(({ LatestAlerts }) => LatestAlerts))

/** How many alerts nobody has read, and the latest of them. Opening it reads them. */
export function AlertBell({ zone }: { zone: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { Part: Latest, open, onOpenChange, opener } = useOnDemand(latest)
  const { data } = useQuery(trpc.alert.bell.queryOptions(undefined, { refetchInterval: ASK_MS }))
  const read = useMutation(
    trpc.alert.markRead.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.alert.bell.queryFilter()),
    }),
  )
  const unread = data?.unread ?? 0
  const change = (next: boolean) => {
    onOpenChange(next)
    if (!next && unread > 0) read.mutate()
  }
  return (
    <>
      <button
        ref={opener}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => change(!open)}
        className={cn(buttonStyle({ tone: 'ghost', size: 'icon' }), 'relative')}
        aria-label={unread === 0 ? 'Alerts, none unread' : `Alerts, ${unread} unread`}
      >
        <Bell aria-hidden />
        {unread > 0 && (
          <span
            aria-hidden
            className="absolute -top-0.5 -right-0.5 grid h-4 min-w-4 place-items-center rounded-full bg-accent px-1 font-semibold text-[0.625rem] text-on-accent leading-none"
          >
            {unread > COUNTED_TO ? `${COUNTED_TO}+` : unread}
          </span>
        )}
      </button>
      <span role="status" className="sr-only">
        {unread > 0 ? `${unread} unread ${unread === 1 ? 'alert' : 'alerts'}` : ''}
      </span>
      {Latest && <Latest open={open} onOpenChange={change} opener={opener} alerts={data?.alerts ?? []} zone={zone} />}
    </>
  )
}
