'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type SubmitEvent, useState } from 'react'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { AreaField } from '../primitives/field.tsx'
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
  const router = useRouter()
  const [writing, setWriting] = useState(false)
  const [body, setBody] = useState('')
  const open = useMutation(
    useTRPC().cases.open.mutationOptions({ onSuccess: ({ id }) => router.push(`/app/cases/${id}`) }),
  )
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    open.mutate({ about, body })
  }
  if (!writing)
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
  return (
    <form onSubmit={submit} className="mt-3">
      <AreaField
        label="What is wrong?"
        // biome-ignore lint/a11y/noAutofocus: a form that was asked for
        autoFocus
        required
        maxLength={4_000}
        value={body}
        onChange={(event) => setBody(event.target.value)}
        hint="The records come along by themselves"
        error={open.error?.message ?? null}
      />
      <div className="mt-3 flex gap-2">
        <Button type="submit" tone="primary" disabled={open.isPending || open.isSuccess}>
          Open the case
        </Button>
        <Button onClick={() => setWriting(false)} disabled={open.isPending}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
