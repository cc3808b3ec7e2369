'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { useCallback, useState } from 'react'
import { OpenCase } from '../cases/open-case.tsx'
import { inZone } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { Arithmetic } from './arithmetic.tsx'
import { CopyId } from '../primitives/copy-id.tsx'
import { ExplainKeys } from './explain-keys.tsx'
import { HoldCard } from './hold-card.tsx'
import { Inputs } from './inputs.tsx'
import { OutcomeBadge } from './outcome-badge.tsx'
import { ProofChain } from './proof-chain.tsx'
import type { Explanation } from './types.ts'
import { WaterfallPicture } from './waterfall-picture.tsx'
import { WaterfallTable } from './waterfall-table.tsx'
import { WaysOn } from './ways-on.tsx'

/** One decision, explained: first the sentence the customer saw, then everything that makes it true. */
export function Explain({ id }: { id: string }) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.decision.explain.queryOptions({ id }))
  const { decision, timeZone: zone } = data
  const nowMs = useNow()
  const [shown, setShown] = useState<'picture' | 'table'>('picture')
  const toggle = useCallback(() => setShown((now) => (now === 'picture' ? 'table' : 'picture')), [])
  return (
    <div className="space-y-6">
      <header>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <nav aria-label="Path" className="text-13 text-ink-3">
            <Link href="/app/decisions" className="hover:text-ink hover:underline">
              Decisions
            </Link>
            <span aria-hidden className="mx-1.5">
              /
            </span>
            <span className="text-ink-2">Why?</span>
          </nav>
          <ExplainKeys id={id} onToggle={toggle} />
        </div>
        <div className="mt-4 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-13 text-ink-3">
          <OutcomeBadge outcome={decision.outcome} />
          <span className="font-medium text-ink-2">{data.featureTitle}</span>
          <span aria-hidden>&middot;</span>
          <Moment atMs={decision.atMs} zone={zone} />
        </div>
        <h1 className="mt-2 max-w-[48ch] font-semibold text-[1.375rem] leading-8 tracking-[-0.018em]">
          {inZone(data.sentence, zone, nowMs)}
        </h1>
        <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-1">
          <CopyId id={decision.id} />
          {data.coalesced > 0 && (
            <span className="text-13 text-ink-3">
              {data.coalesced} more requests like it were denied for the same reason
            </span>
          )}
        </div>
      </header>

      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1.55fr)_minmax(0,1fr)]">
        <Card aria-labelledby="waterfall" className="p-5">
          <SectionHead id="waterfall" title="Waterfall" note="how the cost ran from layer to layer">
            <Button size="sm" tone="ghost" className="-mx-2.5" onClick={toggle} aria-keyshortcuts="t">
              Show as {shown === 'picture' ? 'table' : 'picture'}
            </Button>
          </SectionHead>
          <div className="mt-4">
            {shown === 'picture' ? <WaterfallPicture explanation={data} /> : <WaterfallTable explanation={data} />}
          </div>
          <details className="mt-5 border-line border-t pt-4 text-13">
            <summary className="font-medium text-ink-2">Step by step, in sentences</summary>
            <ol className="mt-2 list-decimal space-y-1 pl-5 text-ink-2">
              {data.sentences.map((sentence, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the trace of a stored decision never changes
                <li key={i}>{sentence}</li>
              ))}
            </ol>
          </details>
        </Card>
        <div className="space-y-4">
          {data.waysOn.length > 0 && <WaysOn ways={data.waysOn} reason={decision.denial?.reason ?? null} zone={zone} />}
          {data.hold && <HoldCard hold={data.hold} zone={zone} />}
          <Arithmetic arithmetic={data.arithmetic} policyVersion={decision.policyVersion} />
          <ProofChain proof={data.proof} zone={zone} denied={decision.outcome === 'denied'} />
          <ReplayCheck replay={data.replay} policyVersion={decision.policyVersion} />
          <OpenCase about={{ kind: 'decision', id }} />
        </div>
      </div>
      <Inputs explanation={data} />
    </div>
  )
}

function ReplayCheck({ replay, policyVersion }: { replay: Explanation['replay']; policyVersion: number }) {
  const good = replay.kind === 'identical'
  const Icon = good ? CircleCheck : TriangleAlert
  return (
    <Card aria-label="Replay check" className="flex items-start gap-3 p-5 text-13">
      <Icon aria-hidden className={good ? 'mt-0.5 size-4 shrink-0 text-ok' : 'mt-0.5 size-4 shrink-0 text-warn'} />
      <p>
        <span className="font-medium">
          {good ? 'Recomputed: identical' : replay.kind === 'differs' ? 'Recomputed: different' : 'Not recomputed'}
        </span>
        <span className="block text-ink-3">
          {replay.kind === 'identical' &&
            `Just now, from the stored inputs and policy version ${policyVersion}, in every field.`}
          {replay.kind === 'differs' &&
            `Stored ${replay.stored}, recomputed ${replay.recomputed}. Please open a case below.`}
          {replay.kind === 'unavailable' && `Policy version ${policyVersion} could not be read.`}
        </span>
      </p>
    </Card>
  )
}
