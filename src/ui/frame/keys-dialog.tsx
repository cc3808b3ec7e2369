'use client'
import { Dialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { buttonStyle } from '../primitives/button.tsx'
import { useModKey } from './mod-key.ts'
import { type May, placesFor } from './places.ts'
import { setSingleKeys, useSingleKeys } from './single-keys.ts'
import type { Opened } from '../primitives/on-demand.tsx'

const keysFor = (may: May): readonly (readonly [keys: string, does: string])[] => [
  ...placesFor(may).map(({ key, title }) => [`g ${key}`, title] as const),
  ['mod K', 'Find an id or a page'],
  ['/', 'Find an id or a page; on Usage, its filters'],
  ['[ ]', 'Previous and next decision, or range of usage'],
  ['t', 'Picture or table'],
  ['e', 'Export the usage that is shown'],
  ['y', 'Copy the link to this page'],
  ['?', 'This list'],
]

/** Every key, and the switch for those without a modifier. */
export function KeysDialog({
  open,
  onOpenChange,
  opener,
  may,
}: Opened & {
  may: May
}) {
  const singleKeys = useSingleKeys()
  const mod = useModKey()
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup
          finalFocus={opener}
          className="fixed inset-x-4 top-[12vh] z-50 mx-auto max-h-[76vh] max-w-2xl overflow-y-auto rounded-xl border border-line bg-surface p-5 shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
        >
          <div className="flex items-center justify-between">
            <Dialog.Title className="font-semibold text-base">Keys</Dialog.Title>
            <Dialog.Close className={buttonStyle({ tone: 'ghost', size: 'icon' })} aria-label="Close">
              <X aria-hidden />
            </Dialog.Close>
          </div>
          <dl className="mt-3 grid gap-x-8 sm:grid-cols-2">
            {keysFor(may).map(([keys, does]) => (
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
