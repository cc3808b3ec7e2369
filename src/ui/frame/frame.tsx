import type { ReactNode } from 'react'
import { FetchAtFirstSign } from '../primitives/on-demand.tsx'
import { CommandMenu } from './command-menu.tsx'
import { LiveProvider } from './live.tsx'
import { StaleNotice } from './live-dot.tsx'
import { Rail } from './rail.tsx'
import { Shortcuts } from './shortcuts.tsx'
import { type FrameCustomer, TopBar } from './top-bar.tsx'

/** Everything around a signed-in page. `startMs` is the store's time of this rendering. */
export function Frame({
  customer,
  startMs,
  signOut,
  children,
}: {
  customer: FrameCustomer
  startMs: number
  signOut: () => Promise<void>
  children: ReactNode
}) {
  const { may } = customer.viewer
  return (
    <LiveProvider startMs={startMs}>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-md focus:bg-accent focus:px-3 focus:py-2 focus:font-medium focus:text-on-accent"
      >
        Skip to content
      </a>
      <div className="flex min-h-dvh">
        <Rail may={may} foot={<Shortcuts may={may} />} />
        <div className="flex min-w-0 grow flex-col">
          <TopBar customer={customer} signOut={signOut} />
          <StaleNotice zone={customer.zone} />
          <main
            id="content"
            tabIndex={-1}
            className="mx-auto w-full max-w-[1160px] grow px-4 pt-6 pb-16 outline-none sm:px-6 lg:pt-8"
          >
            {children}
          </main>
        </div>
      </div>
      <CommandMenu may={may} />
      <FetchAtFirstSign />
    </LiveProvider>
  )
}
