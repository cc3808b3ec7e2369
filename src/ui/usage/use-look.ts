'use client'
import { useSearchParams } from 'next/navigation'
import { useDeferredValue } from 'react'
import { type Look, lookHref, readLook } from './look.ts'

export type Go = (change: Partial<Look>) => void

/** The look that the address says, and the one that is shown while the other is read. */
export function useLook(): { wanted: Look; shown: Look; go: Go } {
  const wanted = readLook(new URLSearchParams(useSearchParams()))
  const shown = useDeferredValue(lookHref(wanted))
  const go: Go = (change) => {
    // what the address says now, also when two changes come before the page has followed the first
    const now = readLook(new URLSearchParams(window.location.search))
    const next = lookHref({ ...now, ...change })
    // no round trip for a page that is here already; the router hears of it
    if (next !== lookHref(now)) window.history.pushState(null, '', next)
  }
  return { wanted, shown: readLook(new URL(shown, 'http://127.0.0.1').searchParams), go }
}
