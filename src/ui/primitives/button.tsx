import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { cn } from './cn.ts'

export const buttonStyle = cva(
  'inline-flex shrink-0 items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors disabled:pointer-events-none disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        primary: 'bg-accent text-on-accent hover:bg-accent-strong',
        quiet: 'border border-line bg-surface text-ink shadow-card hover:border-line-strong hover:bg-sunken',
        muted: 'border border-line bg-surface text-ink-3 shadow-card hover:border-line-strong hover:bg-sunken',
        bad: 'border border-bad/40 bg-bad-soft text-bad shadow-card hover:border-bad',
        ghost: 'text-ink-2 hover:bg-sunken hover:text-ink',
      },
      /** `bar`: as high as the fields of a bar. */
      size: { md: 'h-9 px-3.5 text-sm', bar: 'h-8 px-2.5 text-13', sm: 'h-7 px-2.5 text-13', icon: 'size-8' },
    },
    defaultVariants: { tone: 'quiet', size: 'md' },
  },
)

export const Button = ({
  className,
  tone,
  size,
  type = 'button',
  ...props
}: ComponentProps<'button'> & VariantProps<typeof buttonStyle>) => (
  <button type={type} className={cn(buttonStyle({ tone, size }), className)} {...props} />
)
