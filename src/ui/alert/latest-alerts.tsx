'use client'
import { Popover } from '@base-ui/react/popover'
import Link from 'next/link'
import type { Outputs } from '../trpc/client.tsx'
import { AlertList } from './alert-list.tsx'
import type { Opened } from '../primitives/on-demand.tsx'

/** What the bell opens. */
export function LatestAlerts({
  open,
  onOpenChange,
  opener,
  alerts,
  zone,
}: Opened & {
  alerts: Outputs['alert']['bell']['alerts']
  zone: string
}) {
  // a press on the bell itself closes it by its click; closing it here too would have that click open it again
  const change = (next: boolean, { event }: { event: Event }) => {
    if (!next && event.target instanceof Node && event.type !== 'keydown' && opener.current?.contains(event.target))
      return
    onOpenChange(next)
  }
  return (
    <Popover.Root open={open} onOpenChange={change}>
      <Popover.Portal>
        <Popover.Positioner anchor={opener} sideOffset={8} align="end" collisionPadding={12} className="z-40">
          <Popover.Popup
            finalFocus={opener}
            className="w-[min(23rem,calc(100vw-1.5rem))] origin-top-right rounded-xl border border-line bg-surface shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
          >
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
              <AlertList alerts={alerts} zone={zone} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  )
}
