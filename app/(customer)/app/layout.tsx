import type { ReactNode } from 'react'
import { caller } from '../../caller.tsx'
import { signOut } from '../../sign-in.ts'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { Frame } from '@/ui/frame/frame.tsx'

export const dynamic = 'force-dynamic'

export default async function CustomerLayout({ children }: { children: ReactNode }) {
  await requireViewer()
  const { customer, startMs } = await caller.access.frame()
  return (
    <Frame customer={customer} startMs={startMs} signOut={signOut}>
      {children}
    </Frame>
  )
}
