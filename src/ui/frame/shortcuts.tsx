'use client'
import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLayoutEffect, useState } from 'react'
import { buttonStyle } from '../primitives/button.tsx'
import { openCommandMenu } from './command-menu.tsx'
import { useModKey } from './mod-key.ts'
import { PLACES } from './places.ts'
import { setSingleKeys, useSingleKeys } from './single-keys.ts'

const KEYS: readonly (readonly [keys: string, does: string])[] = [
  ...PLACES.map(({ key, title }) => [`g ${key}`, title] as const),
  ['mod K', 'Find an id or a page'],
  ['/', 'Find an id or a page; on Usage, its filters'],
  ['[ ]', 'Previous and next decision, or range of usage'],
  ['t', 'Picture or table'],
  ['e', 'Export the usage that is shown'],
  ['y', 'Copy the link to this page'],
  ['?', 'This list'],
]

/** How long `g` waits for its letter. */
const SEQUENCE_MS = 1_200

/** Keys never act while something is being typed, or together with a modifier that means something else. */
export function typing(event: KeyboardEvent): boolean {
  const at = event.target
  const field = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName))
  return field || event.metaKey || event.ctrlKey || event.altKey || document.querySelector('[role="dialog"]') !== null
}

export function Shortcuts() {
  const router = useRouter()
  const [listed, setListed] = useState(false)
  const singleKeys = useSingleKeys()
  const mod = useModKey()

  // Before the paint: whoever sees the page can use its keys.
  useLayoutEffect(() => {
    let goUntil = 0
    const onKey = (event: KeyboardEvent) => {
      if (!singleKeys || typing(event)) return
      const place = Date.now() < goUntil ? PLACES.find((one) => one.key === event.key) : undefined
      goUntil = 0
      if (place) router.push(place.href)
      else if (event.key === 'g') goUntil = Date.now() + SEQUENCE_MS
      else if (event.key === '?') setListed(true)
      else if (event.key === '/') {
        event.preventDefault()
        openCommandMenu()
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [router, singleKeys])

  return (
    <Dialog.Root open={listed} onOpenChange={setListed}>
      <Dialog.Trigger className="flex w-full items-center justify-between rounded-md px-1 py-1 text-13 text-ink-3 hover:text-ink">
        Keyboard <kbd className="rounded border border-line px-1.5 font-sans text-2xs">?</kbd>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup className="fixed inset-x-4 top-[12vh] z-50 mx-auto max-h-[76vh] max-w-2xl overflow-y-auto rounded-xl border border-line bg-surface p-5 shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
          <div className="flex items-center justify-between">
            <Dialog.Title className="font-semibold text-base">Keys</Dialog.Title>
            <Dialog.Close className={buttonStyle({ tone: 'ghost', size: 'icon' })} aria-label="Close">
              <X aria-hidden />
            </Dialog.Close>
          </div>
          <dl className="mt-3 grid gap-x-8 sm:grid-cols-2">
            {KEYS.map(([keys, does]) => (
              <div key={keys} className="flex items-center justify-between gap-4 border-line border-b py-2 text-13">
                <dt className="order-2 flex gap-1">
                  {keys.split(' ').map((key) => (
                    <kbd
                      key={key}
                      className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 text-center font-sans text-2xs leading-5"
                    >
                      {key === 'mod' ? mod : key}
                    </kbd>
                  ))}
                </dt>
                <dd className="text-ink-2">{does}</dd>
              </div>
            ))}
          </dl>
          <label className="mt-4 flex items-center gap-2.5 text-13 text-ink-2">
            <input
              type="checkbox"
              checked={singleKeys}
              onChange={(event) => setSingleKeys(event.target.checked)}
              className="size-4 accent-[var(--accent)]"
            />
            Keys without a modifier are on
          </label>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
