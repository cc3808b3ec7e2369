'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Suspense, useRef } from 'react'
import { Guarded } from '../frame/failed.tsx'
import { Button } from '../primitives/button.tsx'
import { Card } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { Empty } from '../primitives/empty.tsx'
import { Skeleton } from '../primitives/skeleton.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { saveFile } from './csv.ts'
import { fileName, sumsFile } from './export-files.ts'
import { FilterBar } from './filter-bar.tsx'
import { type Look, lookHref, PLAIN, sumsInput, type UsageSums } from './look.ts'
import { RangeBar } from './range-bar.tsx'
import { RowsCard, useRows } from './rows-card.tsx'
import { SumsCard } from './sums-card.tsx'
import { UsageKeys } from './usage-keys.tsx'
import { useExport } from './use-export.ts'
import { type Go, useLook } from './use-look.ts'

/** Usage of the customer: which, when, by whom, paid how, and why it is more or less than before. */
export function UsageExplorer() {
  const { wanted, shown, go } = useLook()
  const filters = useRef<HTMLSelectElement>(null)
  const reading = lookHref(wanted) !== lookHref(shown)
  return (
    <>
      <Guarded what="What to filter by">
        <Suspense fallback={<Skeleton className="mb-4 h-[3.25rem] rounded-md" />}>
          <FilterBar look={wanted} range={shown.range} go={go} first={filters} />
        </Suspense>
      </Guarded>
      <Suspense fallback={<Waiting />}>
        <div aria-busy={reading} className={cn('transition-opacity duration-200', reading && 'opacity-70')}>
          <Guarded key={lookHref(shown)} what="Usage">
            <Explored wanted={wanted} look={shown} go={go} toFilters={() => filters.current?.focus()} />
          </Guarded>
        </div>
      </Suspense>
    </>
  )
}

interface ExploredProps {
  readonly wanted: Look
  readonly look: Look
  readonly go: Go
  readonly toFilters: () => void
}

function Explored(props: ExploredProps) {
  const trpc = useTRPC()
  const { data: view } = useSuspenseQuery(trpc.usage.sums.queryOptions(sumsInput(props.look)))
  const { go } = props
  if (view !== null) return <Days {...props} view={view} />
  return (
    <Card aria-label="Usage">
      <Empty title="There are no such days">
        A range has at most 92 days and ends today.{' '}
        <Button size="sm" className="mt-3" onClick={() => go({ range: PLAIN.range })}>
          Show the last 30 days
        </Button>
      </Empty>
    </Card>
  )
}

function Days({ wanted, look, go, toFilters, view }: ExploredProps & { view: UsageSums }) {
  const query = useRows(look)
  const { save, exporting, said } = useExport(look, view, query.data.pages[0]?.items[0])
  const { previous, next } = view.range
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-2">
        <RangeBar look={wanted} go={go} around={view.range} />
        <UsageKeys
          toggle={() => go({ show: wanted.show === 'chart' ? 'table' : 'chart' })}
          earlier={() => previous !== null && go({ range: previous })}
          later={() => next !== null && go({ range: next })}
          save={() => void (exporting || save())}
          toFilters={toFilters}
        />
      </div>
      <SumsCard
        view={view}
        look={look}
        go={go}
        onExport={() => saveFile(fileName('sums', view, look), sumsFile(view))}
      />
      <RowsCard
        query={query}
        look={look}
        zone={view.zone}
        events={view.total.events}
        onExport={() => void save()}
        exporting={exporting}
        said={said}
      />
    </>
  )
}

export const Waiting = () => (
  <div role="status" aria-label="Reading your usage" className="space-y-4">
    <Skeleton className="h-9 w-2/3 rounded-lg" />
    <Skeleton className="h-[34rem] rounded-xl" />
    <Skeleton className="h-96 rounded-xl" />
  </div>
)
