'use client'
import { type ComponentType, type RefObject, startTransition, useEffect, useRef, useState } from 'react'
import { toast } from './toast.ts'

/** A part of the page that nobody sees until they ask for it, and whose code comes only then. */
export interface OnDemand<P> {
  readonly get: () => Promise<ComponentType<P>>
}

/** What every such part that opens is given. `opener`: where the focus goes back to. */
export interface Opened {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly opener: RefObject<HTMLButtonElement | null>
}

const parts: (() => Promise<unknown>)[] = []

/** Call it once a module, outside of components: each part is fetched once, and again only after it could not be. */
export function onDemand<P>(load: () => Promise<ComponentType<P>>): OnDemand<P> {
  let asked: Promise<ComponentType<P>> | undefined
  const get = () => {
    asked ??= load().catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }
  parts.push(get)
  return { get }
}

/** `Part` is null until it has come and was asked for; what was asked for meanwhile (`open`) happens when it comes. */
export function useOnDemand<P>(part: OnDemand<P>) {
  const [Part, setPart] = useState<ComponentType<P> | null>(null)
  const [open, setOpen] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)

  const onOpenChange = (next: boolean) => {
    if (!next) return setOpen(false)
    // As a transition: the browser first answers the click, then draws what it opens.
    startTransition(() => setOpen(true))
    if (Part !== null) return
    part.get().then(
      (come) => startTransition(() => setPart(() => come)),
      () => {
        setOpen(false)
        toast.error('That could not be loaded. Try again.')
      },
    )
  }
  return { Part, open, onOpenChange, opener }
}

const SIGNS = ['pointermove', 'pointerdown', 'keydown', 'focusin'] as const

/**
 * At the first sign of a person, fetches all that the page may be asked for, one part after another and between the
 * page's own work. Whoever only reads never loads it; whoever clicks finds it there.
 */
export function FetchAtFirstSign() {
  useEffect(() => {
    const stop = () => SIGNS.forEach((sign) => window.removeEventListener(sign, fetchAll))
    const fetchAll = () => {
      stop()
      void inTurn()
    }
    for (const sign of SIGNS) window.addEventListener(sign, fetchAll, { passive: true })
    return stop
  }, [])
  return null
}

async function inTurn(): Promise<void> {
  for (const get of parts) {
    await idle()
    // it is asked for again, and told, when somebody needs it
    await get().catch(() => null)
  }
}

const idle = () =>
  new Promise<void>((resolve) => {
    // not in every browser
    if ('requestIdleCallback' in window) window.requestIdleCallback(() => resolve(), { timeout: 500 })
    else setTimeout(resolve)
  })
