'use client'
import { Dialog } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { CornerDownLeft } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { shortId } from '../format/words.ts'
import { type Outputs, useTRPC } from '../trpc/client.tsx'
import type { EarlyKeys } from './early-keys.ts'
import { type May, placesFor } from './places.ts'

const ENTER = { key: 'Enter', bubbles: true, cancelable: true }

/** An id is recognised by its prefix. */
const ID = /^(cus|dec|hold|use|mon|bal|grt|pol|key|pur|case|aud|req)_[0-9a-f]{32}$/

export function CommandBox({
  open,
  onOpenChange,
  early,
  may,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  early: EarlyKeys
  may: May
}) {
  const trpc = useTRPC()
  const router = useRouter()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState('')
  const id = text.trim().toLowerCase()
  const isId = ID.test(id)
  const listed = isId ? LISTED[id.slice(0, id.indexOf('_'))] : undefined
  const looksUp = open && isId && listed === undefined
  const found = useQuery(trpc.system.find.queryOptions({ id }, { enabled: looksUp, staleTime: 0, retry: false }))
  const hit = found.data ?? null

  const catchUp = () => {
    const { text: typed, entered } = early.stop()
    if (typed !== '') setText((now) => now + typed)
    // once the list has followed the text
    if (entered) setTimeout(() => input.current?.dispatchEvent(new KeyboardEvent('keydown', ENTER)))
  }
  const go = (href: string) => {
    onOpenChange(false)
    setText('')
    router.push(href)
  }
  const item =
    'flex items-center gap-2.5 rounded-md px-2.5 py-2 text-13 text-ink-2 data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent-strong [&_svg]:size-4 [&_svg]:text-ink-3'

  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/45 transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Dialog.Popup
          aria-label="Find an id or a page"
          initialFocus={input}
          className="fixed inset-x-4 top-[14vh] z-50 mx-auto max-w-lg overflow-hidden rounded-xl border border-line bg-surface shadow-float outline-none transition-[opacity,transform] duration-150 data-[ending-style]:scale-98 data-[starting-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0"
        >
          <Command label="Find an id or a page" shouldFilter={!isId} loop>
            <Command.Input
              ref={input}
              value={text}
              onFocus={catchUp}
              onValueChange={setText}
              placeholder="Paste any id, or name a page"
              className="h-12 w-full border-line border-b bg-transparent px-4 text-sm outline-none placeholder:text-ink-3"
            />
            <Command.List className="max-h-80 overflow-y-auto p-1.5">
              {listed !== undefined ? (
                <Command.Item value={id} onSelect={() => go(listed.href)} className={item}>
                  <CornerDownLeft aria-hidden />
                  {listed.words}
                </Command.Item>
              ) : isId ? (
                <>
                  {found.isFetching && (
                    <p className="px-2.5 py-2 text-13 text-ink-3">Looking for {shortId(id)}&hellip;</p>
                  )}
                  {!found.isFetching && hit && (
                    <Command.Item value={id} onSelect={() => go(placeOf(hit))} className={item}>
                      <CornerDownLeft aria-hidden />
                      {FOUND_WORDS[hit.kind]} <span className="font-mono text-2xs">{shortId(id)}</span>
                    </Command.Item>
                  )}
                  {!found.isFetching && !hit && (
                    <p role="status" className="px-2.5 py-2 text-13 text-ink-3">
                      {found.isError ? 'That could not be looked up. Try again.' : 'Nothing of yours has this id.'}
                    </p>
                  )}
                </>
              ) : (
                <>
                  <Command.Empty className="px-2.5 py-2 text-13 text-ink-3">
                    No page of that name. An id is looked up once it is whole.
                  </Command.Empty>
                  <Command.Group
                    heading="Pages"
                    className="text-2xs text-ink-3 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5"
                  >
                    {placesFor(may).map(({ href, title, icon: Icon }) => (
                      <Command.Item key={href} value={title} onSelect={() => go(href)} className={item}>
                        <Icon aria-hidden />
                        {title}
                      </Command.Item>
                    ))}
                  </Command.Group>
                </>
              )}
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

/** Records without a page of their own: what such an id names, and the list that it stands in. */
const LISTED: Readonly<Record<string, { readonly words: string; readonly href: string }>> = {
  mon: { words: 'A monetization event. The ledger lists yours', href: '/app/credits#ledger' },
  bal: { words: 'A balance update. The ledger lists yours', href: '/app/credits#ledger' },
  key: { words: 'A key. Your keys are listed here', href: '/app/keys' },
}

const FOUND_WORDS = {
  customer: 'Customer',
  decision: 'Decision',
  hold: 'Hold, on its decision',
  usage: 'Usage event',
  grant: 'Grant',
  purchase: 'Purchase',
  case: 'Case',
  limit_request: 'Request for more',
} as const

function placeOf(found: NonNullable<Outputs['system']['find']>): string {
  switch (found.kind) {
    case 'customer':
      return '/app'
    case 'decision':
      return `/app/decisions/${found.id}`
    case 'hold':
      return `/app/decisions/${found.decision}#hold`
    case 'usage':
      return `/app/usage/${found.id}`
    case 'grant':
      return `/app#${found.id}`
    case 'purchase':
      return `/app/purchases/${found.id}`
    case 'case':
      return `/app/cases/${found.id}`
    case 'limit_request':
      return `/app/limits#${found.id}`
  }
}
