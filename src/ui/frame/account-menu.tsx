'use client'
import { Menu } from '@base-ui/react/menu'
import { LogOut, Users } from 'lucide-react'
import { CopyId } from '../primitives/copy-id.tsx'
import { CustomerSwitch } from './customer-switch.tsx'
import type { FrameCustomer } from './top-bar.tsx'
import type { Opened } from '../primitives/on-demand.tsx'

/** Who is signed in, where, and the ways to somewhere else. */
export function AccountMenu({
  open,
  onOpenChange,
  opener,
  customer,
  signOut,
}: Opened & {
  customer: FrameCustomer
  signOut: () => Promise<void>
}) {
  const item =
    'flex w-full items-center gap-2 rounded-md px-2.5 py-1.5 text-left text-13 text-ink-2 outline-none data-[highlighted]:bg-sunken data-[highlighted]:text-ink [&_svg]:size-4 [&_svg]:text-ink-3'
  return (
    <Menu.Root open={open} onOpenChange={onOpenChange}>
      <Menu.Portal>
        <Menu.Positioner anchor={opener} sideOffset={6} align="start" className="z-40">
          <Menu.Popup
            finalFocus={opener}
            className="w-60 origin-top-left rounded-lg border border-line bg-surface p-1 shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
          >
            <div className="px-2.5 pt-2 pb-2.5">
              <p className="font-medium">{customer.viewer.name}</p>
              <p className="text-13 text-ink-3">
                {customer.viewer.role} of {customer.name}
              </p>
              <p className="mt-1">
                <CopyId id={customer.id} />
              </p>
            </div>
            <Menu.Separator className="mx-1 mb-1 h-px bg-line" />
            <Menu.List aria-label="Account" className="outline-none">
              <CustomerSwitch here={customer.id} memberships={customer.memberships} className={item} />
              {customer.environment === 'demo' && (
                <Menu.LinkItem href="/" className={item}>
                  <Users aria-hidden /> Switch persona
                </Menu.LinkItem>
              )}
              <Menu.Item className={item} onClick={() => void signOut()}>
                <LogOut aria-hidden /> Sign out
              </Menu.Item>
            </Menu.List>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
