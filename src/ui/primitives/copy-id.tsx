'use client'
import { Copy } from 'lucide-react'
import { toast } from 'sonner'

/** An id in full, to be copied with one click. */
export function CopyId({ id }: { id: string }) {
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
    >
      <span className="truncate">{id}</span>
      <Copy aria-hidden className="size-3 shrink-0" />
    </button>
  )
}
