'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { OpenCase } from '../cases/open-case.tsx'
import { CopyId } from '../primitives/copy-id.tsx'
import { ProofChain } from '../decision/proof-chain.tsx'
import { creditsPhrase } from '../format/amount.ts'
import { Moment } from '../primitives/moment.tsx'
import { useTRPC } from '../trpc/client.tsx'

export function UsageProof({ id, zone }: { id: string; zone: string }) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.usage.proof.queryOptions({ id }))
  const event = data.usageEvent
  return (
    <div className="max-w-2xl space-y-6">
      <header>
        <nav aria-label="Path" className="text-13 text-ink-3">
          <Link href="/app/usage" className="hover:text-ink hover:underline">
            Usage
          </Link>
          <span aria-hidden className="mx-1.5">
            /
          </span>
          <span className="text-ink-2">Proof</span>
        </nav>
        <h1 className="mt-4 font-semibold text-[1.375rem] tracking-[-0.018em]">
          {creditsPhrase(event.cost)} for {event.feature}
        </h1>
        <p className="mt-1 text-13 text-ink-2">
          <Moment atMs={event.effectiveAtMs} zone={zone} />
        </p>
        <div className="mt-2">
          <CopyId id={event.id} />
        </div>
      </header>
      <ProofChain proof={[data]} zone={zone} />
      {event.decision !== null && (
        <p>
          <Link
            href={`/app/decisions/${event.decision}`}
            className="font-medium text-accent hover:text-accent-strong hover:underline"
          >
            Why was it paid this way?
          </Link>
        </p>
      )}
      <OpenCase about={{ kind: 'usage', id }} />
    </div>
  )
}
