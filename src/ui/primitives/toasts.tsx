'use client'
import { CircleCheck, CircleX, X } from 'lucide-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { toasts } from './toast.ts'

const SHOWN_MS = 5_000
const NONE: ReturnType<typeof toasts.now> = []

/** Always there, so that what appears in it is read out. Nothing goes away while it is pointed at or focused. */
export function Toasts() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.now, () => NONE)
  const [held, setHeld] = useState(false)
  const [first] = shown
  useEffect(() => {
    if (first === undefined || held) return
    const timer = setTimeout(() => toasts.dismiss(first.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [first, held])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- pointing or tabbing at it only gives time to read
    <section
      aria-label="Notifications"
      aria-live="polite"
      aria-relevant="additions"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className="fixed right-4 bottom-4 left-4 z-[60] space-y-2 sm:left-auto sm:w-[22rem] print:hidden"
    >
      {shown.map(({ id, kind, text }) => (
        <div
          key={id}
          data-toast={kind}
          className="fade-in slide-in-from-bottom-2 flex animate-in items-start gap-2.5 rounded-lg border border-line bg-surface py-2.5 pr-2 pl-3.5 text-13 shadow-float duration-200"
        >
          {kind === 'success' ? (
            <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
          ) : (
            <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
          )}
          <p className="min-w-0 grow break-words">{text}</p>
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() => {
              toasts.dismiss(id)
              setHeld(false)
            }}
            className="grid size-6 shrink-0 place-items-center rounded text-ink-3 hover:text-ink"
          >
            <X aria-hidden className="size-3.5" />
          </button>
        </div>
      ))}
    </section>
  )
}
