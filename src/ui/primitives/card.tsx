import type { ComponentProps, ReactNode } from 'react'
import { cn } from './cn.ts'

export const Card = ({ className, ...props }: ComponentProps<'section'>) => (
  <section className={cn('rounded-xl border border-line bg-surface shadow-card', className)} {...props} />
)

/** Heading of a section: what it is, one line on how to read it, and at most one thing to do. */
export function SectionHead({
  id,
  title,
  note,
  children,
  className,
}: {
  id: string
  title: string
  note?: ReactNode
  children?: ReactNode
  className?: string
}) {
  return (
    <div className={cn('flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1', className)}>
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
        <h2 id={id} className="font-semibold text-[0.9375rem] tracking-[-0.006em]">
          {title}
        </h2>
        {note && <p className="text-13 text-ink-3">{note}</p>}
      </div>
      {children}
    </div>
  )
}
