import type { ReactNode } from 'react'
import { cn } from './cn.ts'

/** Nothing here yet, and what would change that. */
export const Empty = ({ title, children, className }: { title: string; children?: ReactNode; className?: string }) => (
  <div className={cn('px-5 py-8 text-center', className)}>
    <p className="font-medium text-ink-2">{title}</p>
    {children && <p className="mx-auto mt-1 max-w-[46ch] text-balance text-13 text-ink-3">{children}</p>}
  </div>
)
