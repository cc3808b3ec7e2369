import type { Metadata } from 'next'
import { requireViewer } from '@/api/trpc/viewer.ts'
import { getQueryClient, Hydrate, trpc } from '../../../caller.tsx'
import { PageHead } from '@/ui/frame/page-head.tsx'
import { UsageExplorer } from '@/ui/usage/explorer.tsx'
import { readLook, rowsInput, sumsInput } from '@/ui/usage/look.ts'

export const metadata: Metadata = { title: 'Usage' }

export default async function UsagePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  await requireViewer()
  const given = Object.entries(await searchParams).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? (value[0] ?? '') : value]],
  )
  const look = readLook(new URLSearchParams(given))
  const queries = getQueryClient()
  void queries.prefetchQuery(trpc.usage.sums.queryOptions(sumsInput(look)))
  void queries.prefetchQuery(trpc.usage.values.queryOptions({ range: look.range }))
  void queries.prefetchInfiniteQuery(
    trpc.usage.rows.infiniteQueryOptions(rowsInput(look), {
      getNextPageParam: (page) => page?.next ?? null,
      initialCursor: null,
    }),
  )
  return (
    <>
      <PageHead title="Usage" note="What was really used, free use included" />
      <Hydrate>
        <UsageExplorer />
      </Hydrate>
    </>
  )
}
