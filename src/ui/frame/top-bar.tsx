'use client'
import { Dialog } from '@base-ui/react/dialog'
import { Menu } from '@base-ui/react/menu'
import { ChevronsUpDown, LogOut, Menu as MenuIcon, Search, Users } from 'lucide-react'
import { useState } from 'react'
import { AlertBell } from '../alert/bell.tsx'
import { CopyId } from '../primitives/copy-id.tsx'
import { Wordmark } from '../brand/mark.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { openCommandMenu } from './command-menu.tsx'
import { type Belonging, CustomerSwitch, useFollowedSwitch } from './customer-switch.tsx'
import { useModKey } from './mod-key.ts'
import { LiveDot } from './live-dot.tsx'
import { PlaceLinks } from './rail.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

export interface FrameCustomer {
  readonly id: string
  readonly name: string
  readonly tier: string
  readonly zone: string
  readonly viewer: { readonly name: string; readonly role: string }
  readonly environment: string
  readonly memberships: readonly Belonging[]
}

export function TopBar({ customer, signOut }: { customer: FrameCustomer; signOut: () => Promise<void> }) {
  const mod = useModKey()
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-1 border-line border-b bg-canvas/85 px-3 backdrop-blur-md sm:gap-2 sm:px-6">
      <Drawer />
      <CustomerMenu customer={customer} signOut={signOut} />
      <Badge className="hidden sm:inline-flex">{customer.environment}</Badge>
      <div className="grow" />
      <LiveDot zone={customer.zone} />
      <span aria-hidden className="mx-1.5 hidden h-5 w-px bg-line sm:block" />
      <Button
        size="sm"
        className="hidden text-ink-3 lg:inline-flex"
        onClick={openCommandMenu}
        aria-label="Find an id or a page"
        aria-keyshortcuts="Meta+K Control+K /"
      >
        <Search aria-hidden />
        Find an id
        <kbd className="ml-3 rounded border border-line px-1 font-sans text-2xs">{mod} K</kbd>
      </Button>
      <Button
        tone="ghost"
        size="icon"
        className="lg:hidden"
        onClick={openCommandMenu}
        aria-label="Find an id or a page"
      >
        <Search aria-hidden />
      </Button>
      <AlertBell zone={customer.zone} />
      <ThemeSwitch />
    </header>
  )
}

function CustomerMenu({ customer, signOut }: { customer: FrameCustomer; signOut: () => Promise<void> }) {
  useFollowedSwitch(customer.id)
  const item =
    'flex w-full items-center gap-2 rounded-md px-2.5 py-1.5 text-left text-13 text-ink-2 outline-none data-[highlighted]:bg-sunken data-[highlighted]:text-ink [&_svg]:size-4 [&_svg]:text-ink-3'
  return (
    <Menu.Root>
      <Menu.Trigger
        className="-ml-1 flex h-9 min-w-0 items-center gap-2 rounded-md px-2 text-left hover:bg-sunken"
        aria-label={`${customer.name}, ${customer.tier}. Account menu`}
      >
        <span
          aria-hidden
          className="hidden size-6 shrink-0 place-items-center rounded-md bg-accent-soft font-semibold text-2xs text-accent-strong sm:grid"
        >
          {customer.name.slice(0, 1)}
        </span>
        <span className="truncate font-medium">{customer.name}</span>
        <Badge tone="accent" className="hidden sm:inline-flex">
          {customer.tier}
        </Badge>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner sideOffset={6} align="start" className="z-40">
          <Menu.Popup className="w-60 origin-top-left rounded-lg border border-line bg-surface p-1 shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
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
            <CustomerSwitch here={customer.id} memberships={customer.memberships} className={item} />
            {customer.environment === 'demo' && (
              <Menu.LinkItem href="/" className={item}>
                <Users aria-hidden /> Switch persona
              </Menu.LinkItem>
            )}
            <Menu.Item className={item} onClick={() => void signOut()}>
              <LogOut aria-hidden /> Sign out
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}

function Drawer() {
  const [open, setOpen] = useState(false)
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger
        className="grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken md:hidden"
        aria-label="Open the menu"
      >
        <MenuIcon aria-hidden className="size-5" />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/45 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-40 w-64 border-line border-r bg-canvas px-3 outline-none transition-transform duration-200 ease-water data-[ending-style]:-translate-x-full data-[starting-style]:-translate-x-full">
          <Dialog.Title className="flex h-14 items-center px-2.5">
            <Wordmark />
          </Dialog.Title>
          <nav aria-label="Main">
            <PlaceLinks onGo={() => setOpen(false)} />
          </nav>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
