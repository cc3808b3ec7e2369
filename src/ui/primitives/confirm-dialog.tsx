'use client'
import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ReactNode } from 'react'
import { Button, buttonStyle } from './button.tsx'
import type { Opened } from './on-demand.tsx'

export interface Question {
  readonly title: string
  readonly children: ReactNode
  readonly action: string
  /** `plain`: nothing is lost by it. */
  readonly tone?: 'bad' | 'plain'
  readonly pending: boolean
}

/** What `Confirm` asks. */
export function ConfirmDialog({
  open,
  onOpenChange,
  opener,
  title,
  children,
  action,
  tone = 'bad',
  pending,
  confirm,
}: Question &
  Opened & {
    confirm: () => void
  }) {
  return (
    <AlertDialog.Root open={open} onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/45 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <AlertDialog.Popup
          finalFocus={opener}
          className="fixed inset-x-4 top-[18vh] z-50 mx-auto max-w-md rounded-xl border border-line bg-surface p-5 shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
        >
          <AlertDialog.Title className="font-semibold text-base">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 text-ink-2">
            {children}
          </AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Close className={buttonStyle()}>Cancel</AlertDialog.Close>
            <Button onClick={confirm} disabled={pending} tone={tone === 'bad' ? 'bad' : 'primary'}>
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
