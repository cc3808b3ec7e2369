'use client'
import { useEffect, useEffectEvent, useLayoutEffect, useState } from 'react'
import { onDemand, useOnDemand } from '../primitives/on-demand.tsx'
import { EarlyKeys } from './early-keys.ts'
import type { May } from './places.ts'

const OPEN = 'spillway:find'
export const openCommandMenu = (): void => void window.dispatchEvent(new Event(OPEN))

const box = onDemand(() => import('./command-box.tsx').then(({ CommandBox }) => CommandBox))

/** The box that finds an id or a page. What is typed before its code has come is kept for it. */
export function CommandMenu({ may }: { may: May }) {
  const { Part: Box, open, onOpenChange } = useOnDemand(box)
  const [early] = useState(() => new EarlyKeys())

  const set = useEffectEvent((next: boolean) => {
    if (next) early.start(() => onOpenChange(false))
    else early.stop()
    onOpenChange(next)
  })
  const toggle = useEffectEvent(() => set(!open && !early.running))

  // Before the paint: whoever sees the page can use its keys.
  useLayoutEffect(() => {
    const show = () => set(true)
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      toggle()
    }
    window.addEventListener(OPEN, show)
    window.addEventListener('keydown', onKey)
    return () => {
      window.removeEventListener(OPEN, show)
      window.removeEventListener('keydown', onKey)
    }
  }, [])

  useEffect(() => {
    if (!open) return
    return () => void early.stop()
  }, [open, early])

  return Box && <Box open={open} onOpenChange={onOpenChange} early={early} may={may} />
}
