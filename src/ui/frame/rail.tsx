'use client'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { Wordmark } from '../brand/mark.tsx'
import { cn } from '../primitives/cn.ts'
import { isPlace, type May, placesFor } from './places.ts'

export function PlaceLinks({ may, onGo }: { may: May; onGo?: () => void }) {
  const path = usePathname()
  return (
    <ul className="space-y-0.5">
      {placesFor(may).map(({ href, title, key, icon: Icon }) => {
        const here = isPlace(path, href)
        return (
          <li key={href}>
            <Link
              href={href}
              {...(here && { 'aria-current': 'page' as const })}
              {...(onGo && { onClick: onGo })}
              className={cn(
                'group flex h-8 items-center gap-2.5 rounded-md px-2.5 font-medium text-13 transition-colors',
                here ? 'bg-accent-soft text-accent-strong' : 'text-ink-2 hover:bg-sunken hover:text-ink',
              )}
            >
              <Icon aria-hidden className={cn('size-4', here ? 'text-accent' : 'text-ink-3')} />
              <span className="grow">{title}</span>
              <kbd
                aria-hidden
                className="hidden font-sans text-2xs text-ink-3 opacity-0 transition-opacity group-hover:opacity-100 lg:inline"
              >
                g {key}
              </kbd>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}

export function Rail({ may, foot }: { may: May; foot: ReactNode }) {
  return (
    <nav
      aria-label="Main"
      className="sticky top-0 hidden h-dvh w-56 shrink-0 flex-col border-line border-r bg-canvas px-3 md:flex"
    >
      <Link href="/app" className="mx-1 flex h-14 items-center rounded-md px-1.5" aria-label="Spillway, overview">
        <Wordmark />
      </Link>
      <div className="mt-2 grow">
        <PlaceLinks may={may} />
      </div>
      <div className="border-line border-t px-1.5 py-3">{foot}</div>
    </nav>
  )
}
