'use client'
import { ChevronsUpDown, Menu as MenuIcon, Search } from 'lucide-react'
import type { KeyboardEvent } from 'react'
import { AlertBell } from '../alert/bell.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { onDemand, useOnDemand } from '../primitives/on-demand.tsx'
import { openCommandMenu } from './command-menu.tsx'
import { type Belonging, useFollowedSwitch } from './followed-switch.ts'
import { LiveDot } from './live-dot.tsx'
import { useModKey } from './mod-key.ts'
import type { May } from './places.ts'
import { ThemeSwitch } from './theme-switch.tsx'

export interface FrameCustomer {
  readonly id: string
  readonly name: string
  readonly tier: string
  readonly zone: string
  readonly viewer: { readonly name: string; readonly role: string; readonly may: May }
  readonly environment: string
  readonly memberships: readonly Belonging[]
}

export function TopBar({ customer, signOut }: { customer: FrameCustomer; signOut: () => Promise<void> }) {
  const mod = useModKey()
  return (
    <header className="sticky top-0 z-20 flex h-14 items-center gap-1 border-line border-b bg-canvas/85 px-3 backdrop-blur-md sm:gap-2 sm:px-6">
      <DrawerButton may={customer.viewer.may} />
      <CustomerButton customer={customer} signOut={signOut} />
      <Badge className="max-sm:hidden">{customer.environment}</Badge>
      <div className="grow" />
      <LiveDot zone={customer.zone} />
      <span aria-hidden className="mx-1.5 hidden h-5 w-px bg-line sm:block" />
      <Button
        tone="muted"
        size="sm"
        className="max-lg:hidden"
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

const menu = onDemand(() => import('./account-menu.tsx').then(({ AccountMenu }) => AccountMenu))

function CustomerButton({ customer, signOut }: { customer: FrameCustomer; signOut: () => Promise<void> }) {
  const { Part: AccountMenu, open, onOpenChange, opener } = useOnDemand(menu)
  useFollowedSwitch(customer.id)
  const byArrow = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    onOpenChange(true)
  }
  return (
    <>
      <button
        ref={opener}
        type="button"
        className="-ml-1 flex h-9 min-w-0 items-center gap-2 rounded-md px-2 text-left hover:bg-sunken"
        aria-label={`${customer.name}, ${customer.tier}. Account menu`}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => onOpenChange(!open)}
        onKeyDown={byArrow}
      >
        <span
          aria-hidden
          className="hidden size-6 shrink-0 place-items-center rounded-md bg-accent-soft font-semibold text-2xs text-accent-strong sm:grid"
        >
          {customer.name.slice(0, 1)}
        </span>
        <span className="truncate font-medium">{customer.name}</span>
        <Badge tone="accent" className="max-sm:hidden">
          {customer.tier}
        </Badge>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      </button>
      {AccountMenu && (
        <AccountMenu open={open} onOpenChange={onOpenChange} opener={opener} customer={customer} signOut={signOut} />
      )}
    </>
  )
}

const drawer = onDemand(() => import('./drawer.tsx').then(({ Drawer }) => Drawer))

function DrawerButton({ may }: { may: May }) {
  const { Part: Drawer, open, onOpenChange, opener } = useOnDemand(drawer)
  return (
    <>
      <button
        ref={opener}
        type="button"
        className="grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken md:hidden"
        aria-label="Open the menu"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => onOpenChange(true)}
      >
        <MenuIcon aria-hidden className="size-5" />
      </button>
      {Drawer && <Drawer open={open} onOpenChange={onOpenChange} opener={opener} may={may} />}
    </>
  )
}
