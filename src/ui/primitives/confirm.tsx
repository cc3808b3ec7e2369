'use client'
import { AlertDialog } from '@base-ui/react/alert-dialog'
import { type ReactNode, useState } from 'react'
import { Button, buttonStyle } from './button.tsx'

/** Asks before something that cannot be taken back. The question says what happens, the button says it again. */
export function Confirm({
  trigger,
  title,
  children,
  action,
  tone = 'bad',
  pending,
  onConfirm,
}: {
  trigger: ReactNode
  title: string
  children: ReactNode
  action: string
  /** `plain`: nothing is lost by it. */
  tone?: 'bad' | 'plain'
  pending: boolean
  /** Resolves once it is done; the dialog then closes. */
  onConfirm: () => Promise<unknown>
}) {
  const [open, setOpen] = useState(false)
  const confirm = () =>
    void onConfirm().then(
      () => setOpen(false),
      () => setOpen(false),
    )
  return (
    <AlertDialog.Root open={open} onOpenChange={setOpen}>
      <AlertDialog.Trigger className={buttonStyle({ size: 'sm', tone: 'ghost' })}>{trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="fixed inset-0 z-40 bg-black/45 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <AlertDialog.Popup className="fixed inset-x-4 top-[18vh] z-50 mx-auto max-w-md rounded-xl border border-line bg-surface p-5 shadow-float outline-none transition-[opacity,transform] data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0">
          <AlertDialog.Title className="font-semibold text-base">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 text-ink-2">
            {children}
          </AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Close className={buttonStyle()}>Cancel</AlertDialog.Close>
            <Button
              onClick={confirm}
              disabled={pending}
              {...(tone === 'bad'
                ? { className: 'border-bad/40 bg-bad-soft text-bad hover:border-bad hover:bg-bad-soft' }
                : { tone: 'primary' })}
            >
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
