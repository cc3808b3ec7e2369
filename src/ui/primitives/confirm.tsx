'use client'
import type { ReactNode } from 'react'
import { buttonStyle } from './button.tsx'
import type { Question } from './confirm-dialog.tsx'
import { onDemand, useOnDemand } from './on-demand.tsx'

const dialog = onDemand(() => import('./confirm-dialog.tsx').then(({ ConfirmDialog }) => ConfirmDialog))

/** Asks before something that cannot be taken back. The question says what happens, the button says it again. */
export function Confirm({
  trigger,
  onConfirm,
  ...question
}: Question & {
  readonly trigger: ReactNode
  /** Resolves once it is done; the dialog then closes. */
  readonly onConfirm: () => Promise<unknown>
}) {
  const { Part: Dialog, open, onOpenChange, opener } = useOnDemand(dialog)
  const close = () => onOpenChange(false)
  return (
    <>
      <button
        ref={opener}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => onOpenChange(true)}
        className={buttonStyle({ size: 'sm', tone: 'ghost' })}
      >
        {trigger}
      </button>
      {Dialog && (
        <Dialog
          {...question}
          open={open}
          onOpenChange={onOpenChange}
          opener={opener}
          confirm={() => void onConfirm().then(close, close)}
        />
      )}
    </>
  )
}
