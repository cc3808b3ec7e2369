'use client'
import { ArrowLeft, ArrowRight, Link2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLayoutEffect } from 'react'
import { typing } from '../frame/shortcuts.tsx'
import { useSingleKeys } from '../frame/single-keys.ts'
import { Button } from '../primitives/button.tsx'
import { toast } from '../primitives/toast.ts'
import { useNeighbours } from './order.ts'

/** Newer, older and the link: as buttons and as keys. */
export function ExplainKeys({ id, onToggle }: { id: string; onToggle: () => void }) {
  const router = useRouter()
  const singleKeys = useSingleKeys()
  const near = useNeighbours(id)

  const go = (to: string | null) => to !== null && router.push(`/app/decisions/${to}`)
  const copyLink = () =>
    navigator.clipboard.writeText(window.location.href).then(
      () => toast.success('Link copied'),
      () => toast.error('The browser did not allow copying'),
    )

  // Before the paint: whoever sees the page can use its keys.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!singleKeys || typing(event)) return
      if (event.key === '[') go(near.newer)
      else if (event.key === ']') go(near.older)
      else if (event.key === 'y') void copyLink()
      else if (event.key === 't') onToggle()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })

  return (
    <div className="flex items-center gap-1.5">
      <Button
        size="icon"
        aria-label="Newer decision"
        aria-keyshortcuts="["
        title="Newer  ["
        disabled={near.newer === null}
        onClick={() => go(near.newer)}
      >
        <ArrowLeft aria-hidden />
      </Button>
      <Button
        size="icon"
        aria-label="Older decision"
        aria-keyshortcuts="]"
        title="Older  ]"
        disabled={near.older === null}
        onClick={() => go(near.older)}
      >
        <ArrowRight aria-hidden />
      </Button>
      <Button size="bar" aria-keyshortcuts="y" title="Copy link  y" onClick={() => void copyLink()}>
        <Link2 aria-hidden /> Copy link
      </Button>
    </div>
  )
}
