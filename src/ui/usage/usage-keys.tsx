'use client'
import { Link2 } from 'lucide-react'
import { useLayoutEffect } from 'react'
import { typing } from '../frame/shortcuts.tsx'
import { useSingleKeys } from '../frame/single-keys.ts'
import { Button } from '../primitives/button.tsx'
import { toast } from '../primitives/toast.ts'

export interface UsageActs {
  readonly toggle: () => void
  readonly earlier: () => void
  readonly later: () => void
  readonly save: () => void
  readonly toFilters: () => void
}

/** The link, and the keys of this page; `/` leads to its filters here. */
export function UsageKeys({ toggle, earlier, later, save, toFilters }: UsageActs) {
  const singleKeys = useSingleKeys()
  const copyLink = () =>
    navigator.clipboard.writeText(window.location.href).then(
      () => toast.success('Link copied'),
      () => toast.error('The browser did not allow copying'),
    )

  // Before the paint: whoever sees the page can use its keys. While they come down: `/` means something else elsewhere.
  useLayoutEffect(() => {
    const acts: Readonly<Record<string, () => void>> = {
      t: toggle,
      '[': earlier,
      ']': later,
      e: save,
      y: () => void copyLink(),
      '/': toFilters,
    }
    const onKey = (event: KeyboardEvent) => {
      const act = acts[event.key]
      if (!singleKeys || act === undefined || typing(event)) return
      if (event.key === '/') {
        event.preventDefault()
        event.stopImmediatePropagation()
      }
      act()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  })

  return (
    <Button size="bar" aria-keyshortcuts="y" title="Copy link  y" onClick={() => void copyLink()}>
      <Link2 aria-hidden /> Copy link
    </Button>
  )
}
