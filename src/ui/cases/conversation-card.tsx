'use client'
import { useMutation } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { MESSAGE_LENGTH } from '../../core/shared/written-text.ts'
import { useSave } from '../alert/use-save.ts'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { Confirm } from '../primitives/confirm.tsx'
import { AreaField } from '../primitives/field.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useTRPC } from '../trpc/client.tsx'
import type { CaseView } from './words.ts'

/** What both sides wrote; nothing of it is changed or removed. */
export function ConversationCard({ view, zone }: { view: CaseView; zone: string }) {
  const { file, messages, mayWrite } = view
  return (
    <Card aria-labelledby="conversation" className="overflow-hidden">
      <SectionHead
        id="conversation"
        title="Conversation"
        note="messages stay as they were written"
        className="px-5 py-4"
      />
      <ol className="divide-y divide-line border-line border-t">
        {messages.map(({ number, side, authorName, body, writtenAtMs }) => (
          <li key={number} className={cn('px-5 py-4', side === 'staff' && 'bg-accent-soft/40')}>
            <p className="flex flex-wrap items-baseline gap-x-2 text-13">
              <span className="font-medium">{authorName}</span>
              {side === 'staff' && <span className="text-accent-strong">staff</span>}
              <span className="text-ink-3">
                <Moment atMs={writtenAtMs} zone={zone} />
              </span>
            </p>
            <p className="mt-1 max-w-[72ch] whitespace-pre-line [overflow-wrap:anywhere]">{body}</p>
          </li>
        ))}
      </ol>
      {file.state === 'closed' ? (
        <p className="border-line border-t bg-sunken/50 px-5 py-4 text-13 text-ink-2">
          This case is closed. If something is left, open another from the record.
        </p>
      ) : (
        mayWrite && <Reply id={file.id} />
      )}
    </Card>
  )
}

function Reply({ id }: { id: string }) {
  const trpc = useTRPC()
  const [body, setBody] = useState('')
  const reply = useMutation(trpc.cases.reply.mutationOptions(useSave('Your message was added')))
  const close = useMutation(trpc.cases.close.mutationOptions(useSave('The case is closed')))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    reply.mutate({ id, body }, { onSuccess: () => setBody('') })
  }
  return (
    <form onSubmit={submit} className="border-line border-t bg-sunken/50 px-5 py-4">
      <AreaField
        label="Your message"
        required
        maxLength={MESSAGE_LENGTH}
        value={body}
        onChange={(event) => setBody(event.target.value)}
        error={reply.error?.message ?? null}
      />
      <div className="mt-3 flex flex-wrap items-center justify-between gap-2">
        <Button type="submit" tone="primary" disabled={reply.isPending}>
          Add the message
        </Button>
        <Confirm
          trigger="Close the case"
          title="Close this case?"
          action="Close it"
          tone="plain"
          pending={close.isPending}
          onConfirm={() => close.mutateAsync({ id })}
        >
          <p>Its evidence and messages stay readable. A new case can be opened from the same record.</p>
        </Confirm>
      </div>
    </form>
  )
}
