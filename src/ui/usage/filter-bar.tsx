'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { type Ref, useId } from 'react'
import { Button } from '../primitives/button.tsx'
import { cn } from '../primitives/cn.ts'
import { controlStyle } from '../primitives/field.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { DIMENSIONS, type Dimension, filtered, type Look } from './look.ts'
import type { Go } from './use-look.ts'

/** `-` is before everything that a value may begin with: it is no value itself. */
const ALL = '-'
const valueOf = (option: string): string | null => (option === ALL ? null : option.slice(1))

interface FilterBarProps {
  readonly look: Look
  /** The one that is shown: of another, the values are still read. */
  readonly range: string
  readonly go: Go
  readonly first: Ref<HTMLSelectElement>
}

/** What is grouped by, and one list a dimension; the values are those of the range, most used first. */
export function FilterBar({ look, range, go, first }: FilterBarProps) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.usage.values.queryOptions({ range }))
  const clear = () => go({ filter: {} })
  const some = Object.keys(look.filter).length > 0
  return (
    <search
      aria-label="Filters"
      className="mb-4 grid grid-cols-2 items-end gap-x-2 gap-y-2.5 sm:grid-cols-4 lg:grid-cols-7"
    >
      <Choice label="Group by" value={look.by} onChange={(by) => go({ by: by as Dimension })}>
        {DIMENSIONS.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </Choice>
      {DIMENSIONS.map(([name, title], index) => {
        const chosen = look.filter[name]
        const known = data?.[name] ?? []
        const missing = chosen !== undefined && !known.some(({ value }) => value === chosen)
        return (
          <Choice
            key={name}
            label={title}
            active={chosen !== undefined}
            value={chosen === undefined ? ALL : `=${chosen}`}
            onChange={(option) => go({ filter: filtered(look.filter, name, valueOf(option)) })}
            {...(index === 0 && { select: first })}
          >
            <option value={ALL}>All</option>
            {missing && <option value={`=${chosen}`}>{chosen || 'None'}</option>}
            {known.map(({ value, title: named }) => (
              <option key={value} value={`=${value}`}>
                {named}
              </option>
            ))}
          </Choice>
        )
      })}
      {some && (
        <Button size="sm" tone="ghost" onClick={clear} className="col-span-full justify-self-start">
          Clear filters
        </Button>
      )}
    </search>
  )
}

function Choice({
  label,
  value,
  active = false,
  onChange,
  select,
  children,
}: {
  label: string
  value: string
  active?: boolean
  onChange: (value: string) => void
  select?: Ref<HTMLSelectElement>
  children: React.ReactNode
}) {
  const id = useId()
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="mb-1 block text-2xs text-ink-3">
        {label}
      </label>
      <select
        id={id}
        ref={select}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={cn(controlStyle({ size: 'bar', tone: active ? 'active' : 'plain' }), 'w-full truncate')}
      >
        {children}
      </select>
    </div>
  )
}
