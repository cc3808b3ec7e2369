import { Skeleton } from '../primitives/skeleton.tsx'

/** The overview's shape, while it is read. */
export const OverviewSkeleton = () => (
  <div role="status" aria-label="Reading your access" className="space-y-6">
    <Skeleton className="h-44 rounded-xl" />
    <div className="grid gap-4 md:grid-cols-2">
      <Skeleton className="h-80 rounded-xl" />
      <Skeleton className="h-80 rounded-xl" />
    </div>
    <div className="grid gap-4 lg:grid-cols-[5fr_6fr]">
      <Skeleton className="h-72 rounded-xl" />
      <Skeleton className="h-72 rounded-xl" />
    </div>
    <Skeleton className="h-96 rounded-xl" />
  </div>
)
