import { cva } from 'class-variance-authority'
import { type ComponentProps, type ReactNode, useId } from 'react'
import { cn } from './cn.ts'

export const controlStyle = cva(
  'rounded-md border text-ink shadow-card transition-colors placeholder:text-ink-3 hover:border-ink-3 focus-visible:border-focus disabled:cursor-not-allowed disabled:bg-sunken disabled:text-ink-3 aria-invalid:border-bad',
  {
    variants: {
      size: {
        md: 'h-9 w-full px-3 text-sm',
        area: 'min-h-20 w-full resize-y px-3 py-2 text-sm leading-6',
        bar: 'h-8 px-2 text-13',
      },
      /** `active`: it holds something back from what is listed. */
      tone: { plain: 'border-line-strong bg-surface', active: 'border-accent bg-accent-soft font-medium' },
    },
    defaultVariants: { size: 'md', tone: 'plain' },
  },
)

interface Labelled {
  readonly label: string
  readonly hint?: ReactNode
  /** What is wrong with what was written; read out with the field. */
  readonly error?: string | null
}

function Around({ label, hint, error, id, children }: Labelled & { id: string; children: ReactNode }) {
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-13">
        {label}
      </label>
      {children}
      {(error || hint) && (
        <p id={`${id}-said`} className={cn('mt-1.5 text-13', error ? 'text-bad' : 'text-ink-3')}>
          {error || hint}
        </p>
      )}
    </div>
  )
}

const said = (id: string, { hint, error }: Labelled) => ({
  ...(Boolean(error || hint) && { 'aria-describedby': `${id}-said` }),
  ...(Boolean(error) && { 'aria-invalid': true as const }),
})

export function TextField({ label, hint, error, className, ...input }: Labelled & ComponentProps<'input'>) {
  const id = useId()
  const labelled = { label, hint, ...(error !== undefined && { error }) }
  return (
    <Around {...labelled} id={id}>
      <input id={id} className={cn(controlStyle(), className)} {...said(id, labelled)} {...input} />
    </Around>
  )
}

export function SelectField({ label, hint, error, className, ...select }: Labelled & ComponentProps<'select'>) {
  const id = useId()
  const labelled = { label, hint, ...(error !== undefined && { error }) }
  return (
    <Around {...labelled} id={id}>
      <select id={id} className={cn(controlStyle(), 'pl-2', className)} {...said(id, labelled)} {...select} />
    </Around>
  )
}

export function AreaField({ label, hint, error, className, ...area }: Labelled & ComponentProps<'textarea'>) {
  const id = useId()
  const labelled = { label, hint, ...(error !== undefined && { error }) }
  return (
    <Around {...labelled} id={id}>
      <textarea
        id={id}
        rows={3}
        className={cn(controlStyle({ size: 'area' }), className)}
        {...said(id, labelled)}
        {...area}
      />
    </Around>
  )
}
