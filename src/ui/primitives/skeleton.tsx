import { cn } from './cn.ts'

/** Holds the place of what is on its way, in the same size. */
export const Skeleton = ({ className }: { className?: string }) => (
  <div aria-hidden className={cn('animate-pulse bg-line/60', className)} />
)
