import type { ReactNode } from 'react'
import { caller, getQueryClient, Hydrate, trpc } from '../../caller.tsx'
import { signOut } from '../../sign-in.ts'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { Frame } from '@/ui/frame/frame.tsx'

export const dynamic = 'force-dynamic'

export default async function CustomerLayout({ children }: { children: ReactNode }) {
  await requireViewer()
  // the bell is in every page's frame, which is rendered before any page has handed on what it prefetched
  const [{ customer, startMs }] = await Promise.all([
    caller.access.frame(),
    getQueryClient().prefetchQuery(trpc.alert.bell.queryOptions()),
  ])
  return (
    <Hydrate>
      <Frame customer={customer} startMs={startMs} signOut={signOut}>
        {children}
      </Frame>
    </Hydrate>
  )
}
