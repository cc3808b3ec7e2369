'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { creditsPhrase } from '../format/amount.ts'
import { Guarded } from '../frame/failed.tsx'
import { Confirm } from '../primitives/confirm.tsx'
import { Moment } from '../primitives/moment.tsx'
import { toast } from '../primitives/toast.ts'
import { useTRPC } from '../trpc/client.tsx'
import type { WindowCardView } from './types.ts'

/** Banked resets of this window, when there are any. While they cannot be read the window is shown without them. */
export const WindowReset = (props: { window: WindowCardView; zone: string }) => (
  <Guarded what="Banked resets" instead={null}>
    <Suspense fallback={null}>
      <Banked {...props} />
    </Suspense>
  </Guarded>
)

/** How many, until when, and the way to use one. */
function Banked({ window, zone }: { window: WindowCardView; zone: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { data } = useSuspenseQuery(trpc.reset.list.queryOptions())
  const redeem = useMutation(
    trpc.reset.redeem.mutationOptions({
      onSuccess: async () => {
        await queries.invalidateQueries()
        toast.success(`${window.title} counts from zero again`)
      },
      onError: (error) => toast.error(error.message),
    }),
  )
  const own = data.resets.filter((reset) => reset.window === window.id)
  const [next] = own
  if (next === undefined) return null
  const ends = window.period?.kind === 'first_use' || window.kind === 'sliding'
  return (
    <div className="mt-4 flex flex-wrap items-center justify-between gap-x-3 gap-y-1 rounded-lg bg-accent-soft px-3 py-2 text-13">
      <p>
        <span className="font-medium text-accent-strong">
          {own.length} banked {own.length === 1 ? 'reset' : 'resets'}
        </span>{' '}
        <span className="text-ink-2">
          until <Moment atMs={next.expiresAtMs} zone={zone} show="absolute" />
        </span>
      </p>
      {data.mayUse && window.used > 0n && (
        <span className="-mx-2.5">
          <Confirm
            trigger={
              <>
                <span className="text-accent-strong underline underline-offset-2">Use a banked reset</span>
                <span className="sr-only"> on {window.title}</span>
              </>
            }
            title={`Use a banked reset on ${window.title}?`}
            action="Use it now"
            tone="plain"
            pending={redeem.isPending}
            onConfirm={() => redeem.mutateAsync({ reset: next.id })}
          >
            <p>
              The {creditsPhrase(window.used)} that you used count no more, so all {creditsPhrase(window.limit)} are
              there again at once.{' '}
              {ends ? 'Its time starts with your next request.' : 'It still resets when it would have.'}
            </p>
            <p className="mt-2 text-ink-3">This reset ({next.reason}) is then used up. It cannot be taken back.</p>
          </Confirm>
        </span>
      )}
    </div>
  )
}
