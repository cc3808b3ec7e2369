'use client'
import { useRouter } from 'next/navigation'
import { useEffectEvent, useLayoutEffect } from 'react'
import { onDemand, useOnDemand } from '../primitives/on-demand.tsx'
import { openCommandMenu } from './command-menu.tsx'
import { type May, placesFor } from './places.ts'
import { useSingleKeys } from './single-keys.ts'

/** How long `g` waits for its letter. */
const SEQUENCE_MS = 1_200

/** Keys never act while something is being typed, or together with a modifier that means something else. */
export function typing(event: KeyboardEvent): boolean {
  const at = event.target
  const field = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))
  return field || event.metaKey || event.ctrlKey || event.altKey || document.querySelector('[role="dialog"]') !== null
}

const list = onDemand(() => import('./keys-dialog.tsx').then(({ KeysDialog }) => KeysDialog))

export function Shortcuts({ may }: { may: May }) {
  const router = useRouter()
  const { Part: KeysDialog, open, onOpenChange, opener } = useOnDemand(list)
  const singleKeys = useSingleKeys()
  const go = useEffectEvent((key: string) => {
    const place = placesFor(may).find((one) => one.key === key)
    if (place) router.push(place.href)
    return place !== undefined
  })
  const listKeys = useEffectEvent(() => onOpenChange(true))

  // Before the paint: whoever sees the page can use its keys.
  useLayoutEffect(() => {
    let goUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (!singleKeys || typing(event)) return
      const gone = Date.now() < goUntil && go(event.key)
      goUntil = 0
      if (gone) return
      if (event.key === 'g') goUntil = Date.now() + SEQUENCE_MS
      else if (event.key === '?') listKeys()
      else if (event.key === '/') {
        event.preventDefault()
        openCommandMenu()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [singleKeys])

  return (
    <>
      <button
        ref={opener}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => onOpenChange(true)}
        className="flex w-full items-center justify-between rounded-md px-1 py-1 text-13 text-ink-3 hover:text-ink"
      >
        Keyboard <kbd className="rounded border border-line px-1.5 font-sans text-2xs">?</kbd>
      </button>
      {KeysDialog && <KeysDialog open={open} onOpenChange={onOpenChange} opener={opener} may={may} />}
    </>
  )
}
