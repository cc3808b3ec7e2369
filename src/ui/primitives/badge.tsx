import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'

const badge = cva('inline-flex items-center gap-1 whitespace-nowrap rounded-[5px] px-1.5 py-px font-medium text-2xs', {
  variants: {
    tone: {
      plain: 'bg-sunken text-ink-2 ring-1 ring-line ring-inset',
      accent: 'bg-accent-soft text-accent-strong',
      ok: 'bg-ok-soft text-ok',
      warn: 'bg-warn-soft text-warn',
      bad: 'bg-bad-soft text-bad',
    },
  },
  defaultVariants: { tone: 'plain' },
})

export const Badge = ({ className, tone, ...props }: ComponentProps<'span'> & VariantProps<typeof badge>) => (
  <span className={cn(badge({ tone }), className)} {...props} />
)
