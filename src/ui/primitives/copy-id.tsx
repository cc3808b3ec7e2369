'use client'
import { Copy } from 'lucide-react'
import { shortId } from '../format/words.ts'
import { toast } from './toast.ts'

/** An id, to be copied in full with one click. In a list of several it is shown as its end. */
export function CopyId({ id, show = 'full' }: { id: string; show?: 'full' | 'end' }) {
  const copy = () =>
    navigator.clipboard.writeText(id).then(
      () => toast.success('Id copied'),
      () => toast.error('The browser did not allow copying'),
    )
  return (
    <button
      type="button"
      onClick={() => void copy()}
      className="group inline-flex max-w-full items-center gap-1.5 rounded font-mono text-2xs text-ink-3 hover:text-ink"
      aria-label={`Copy ${id}`}
      title={id}
    >
      <span className="truncate">{show === 'full' ? id : shortId(id)}</span>
      <Copy aria-hidden className="size-3 shrink-0" />
    </button>
  )
}
