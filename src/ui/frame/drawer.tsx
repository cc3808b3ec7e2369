'use client'
import { Dialog } from '@base-ui/react/dialog'
import { Wordmark } from '../brand/mark.tsx'
import type { May } from './places.ts'
import { PlaceLinks } from './rail.tsx'
import type { Opened } from '../primitives/on-demand.tsx'

/** The rail of narrow screens. */
export function Drawer({
  open,
  onOpenChange,
  opener,
  may,
}: Opened & {
  may: May
}) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-30 bg-black/45 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup
          finalFocus={opener}
          className="fixed inset-y-0 left-0 z-40 w-64 border-line border-r bg-canvas px-3 outline-none transition-transform duration-200 ease-water data-[ending-style]:-translate-x-full data-[starting-style]:-translate-x-full"
        >
          <Dialog.Title className="flex h-14 items-center px-2.5">
            <Wordmark />
          </Dialog.Title>
          <nav aria-label="Main">
            <PlaceLinks may={may} onGo={() => onOpenChange(false)} />
          </nav>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
