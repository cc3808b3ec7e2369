import type { Metadata } from 'next'
import { Suspense } from 'react'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../../caller.tsx'
import { orNotFound } from '../../../../or-not-found.ts'
import { Explain } from '@/ui/decision/explain.tsx'
import { shortId } from '@/ui/format/words.ts'
import { Guarded } from '@/ui/frame/failed.tsx'

interface Named {
  readonly params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Named): Promise<Metadata> {
  return { title: `Decision ${shortId((await params).id)}` }
}

export default async function ExplainPage({ params }: Named) {
  await requireViewer()
  const { id } = await params
  await orNotFound(getQueryClient().fetchQuery(trpc.decision.explain.queryOptions({ id })))
  return (
    <Hydrate>
      <Guarded what="This decision">
        <Suspense>
          <Explain id={id} />
        </Suspense>
      </Guarded>
    </Hydrate>
  )
}
