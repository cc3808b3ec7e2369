'use client'
import { Popover } from '@base-ui/react/popover'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Bell } from 'lucide-react'
import Link from 'next/link'
import { buttonStyle } from '../primitives/button.tsx'
import { cn } from '../primitives/cn.ts'
import { useTRPC } from '../trpc/client.tsx'
import { AlertList } from './alert-list.tsx'

/** Alerts follow a change by a second and have no version of their own, so the bell asks. */
const ASK_MS = 4_000
const COUNTED_TO = 99

/** How many alerts nobody has read, and the latest of them. Opening it reads them. */
export function AlertBell({ zone }: { zone: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { data } = useQuery(trpc.alert.bell.queryOptions(undefined, { refetchInterval: ASK_MS }))
  const read = useMutation(
    trpc.alert.markRead.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.alert.bell.queryFilter()),
    }),
  )
  const unread = data?.unread ?? 0
  return (
    <Popover.Root onOpenChange={(open) => !open && unread > 0 && read.mutate()}>
      <Popover.Trigger
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
      </Popover.Trigger>
      <span role="status" className="sr-only">
        {unread > 0 ? `${unread} unread ${unread === 1 ? 'alert' : 'alerts'}` : ''}
      </span>
      <Popover.Portal>
        <Popover.Positioner sideOffset={8} align="end" collisionPadding={12} className="z-40">
          <Popover.Popup className="w-[min(23rem,calc(100vw-1.5rem))] origin-top-right rounded-xl border border-line bg-surface shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
            <div className="flex items-baseline justify-between gap-3 px-4 pt-3 pb-2">
              <Popover.Title className="font-semibold text-[0.9375rem]">Alerts</Popover.Title>
              <Link href="/app/alerts" className="text-13 text-accent underline-offset-2 hover:underline">
                Alerts and caps
              </Link>
            </div>
            <div
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, also for the keyboard
              tabIndex={0}
              role="region"
              aria-label="Latest alerts"
              className="max-h-96 overflow-y-auto border-line border-t"
            >
              <AlertList alerts={data?.alerts ?? []} zone={zone} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
