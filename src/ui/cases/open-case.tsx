'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type SubmitEvent, useState } from 'react'
import { MESSAGE_LENGTH } from '../../core/shared/written-text.ts'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { AreaField } from '../primitives/field.tsx'
import { useFocusFirst } from '../primitives/focus-first.ts'
import { useTRPC } from '../trpc/client.tsx'

interface About {
  readonly kind: 'decision' | 'usage'
  readonly id: string
}

/** Opens a case about the record on the page, or leads to the one that runs. */
export function OpenCase({ about }: { about: About }) {
  const running = useQuery(useTRPC().cases.running.queryOptions({ about: about.id }))
  return (
    <Card id="open-case" aria-labelledby="case-title" className="scroll-mt-20 p-5">
      <SectionHead id="case-title" title="Something wrong?" />
      {running.data ? (
        <p className="mt-2 text-13 text-ink-2">
          There is a case about this already.{' '}
          <Link
            href={`/app/cases/${running.data}`}
            className="inline-flex items-center gap-1 font-medium text-accent underline underline-offset-2 hover:text-accent-strong"
          >
            See the case <ArrowRight aria-hidden className="size-3.5" />
          </Link>
        </p>
      ) : (
        <CaseForm about={about} />
      )}
    </Card>
  )
}

function CaseForm({ about }: { about: About }) {
  const [writing, setWriting] = useState(false)
  if (writing) return <Writing about={about} onCancel={() => setWriting(false)} />
  return (
    <>
      <p className="mt-2 text-13 text-ink-2">
        Open a case: the records of this {about.kind === 'decision' ? 'decision' : 'usage'} come along by themselves,
        and people look at it.
      </p>
      <Button size="sm" className="mt-3" onClick={() => setWriting(true)}>
        Open a case
      </Button>
    </>
  )
}

function Writing({ about, onCancel }: { about: About; onCancel: () => void }) {
  const router = useRouter()
  const form = useFocusFirst()
  const [body, setBody] = useState('')
  const trpc = useTRPC()
  const queries = useQueryClient()
  const open = useMutation(
    trpc.cases.open.mutationOptions({
      onSuccess: ({ id }) => {
        void queries.invalidateQueries(trpc.cases.pathFilter())
        router.push(`/app/cases/${id}`)
      },
    }),
  )
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    open.mutate({ about, body })
  }
  return (
    <form ref={form} onSubmit={submit} className="mt-3">
      <AreaField
        label="What is wrong?"
        required
        maxLength={MESSAGE_LENGTH}
        value={body}
        onChange={(event) => setBody(event.target.value)}
        hint="The records come along by themselves"
        error={open.error?.message ?? null}
      />
      <div className="mt-3 flex gap-2">
        <Button type="submit" tone="primary" disabled={open.isPending || open.isSuccess}>
          Open the case
        </Button>
        <Button onClick={onCancel} disabled={open.isPending}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
