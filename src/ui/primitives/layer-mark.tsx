import type { Layer } from '../trpc/types.ts'
import { cn } from './cn.ts'

/** Written out: class names that are put together at run time are not found by the style builder. */
export const LAYER_FILL: Record<Layer, string> = {
  included: 'bg-included',
  allowance: 'bg-allowance',
  promotion: 'bg-promotion',
  entitlement: 'bg-entitlement',
  adjustment: 'bg-adjustment',
  credits: 'bg-credits',
}

export const LAYER_STROKE: Record<Layer, string> = {
  included: 'var(--included)',
  allowance: 'var(--allowance)',
  promotion: 'var(--promotion)',
  entitlement: 'var(--entitlement)',
  adjustment: 'var(--adjustment)',
  credits: 'var(--credits)',
}

/** A layer's colour beside its name; it never stands alone. */
export const LayerMark = ({ layer, className }: { layer: Layer; className?: string }) => (
  <span aria-hidden className={cn('inline-block size-2 shrink-0 rounded-[2.5px]', LAYER_FILL[layer], className)} />
)
