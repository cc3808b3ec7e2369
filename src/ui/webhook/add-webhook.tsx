'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Webhook } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { TextField } from '../primitives/field.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { EVENTS, type WebhookEvent } from './events.ts'

export function AddWebhook({ onMade }: { onMade: (secret: string) => void }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [url, setUrl] = useState('')
  const [events, setEvents] = useState<readonly WebhookEvent[]>(['alert.crossed'])
  const add = useMutation(
    trpc.webhook.add.mutationOptions({
      onSuccess: async ({ secret }) => {
        onMade(secret)
        setUrl('')
        await queries.invalidateQueries(trpc.webhook.pathFilter())
      },
    }),
  )
  const toggle = (event: WebhookEvent) =>
    setEvents((now) => (now.includes(event) ? now.filter((one) => one !== event) : [...now, event]))
  return (
    <Card aria-labelledby="new-webhook" className="p-5">
      <SectionHead id="new-webhook" title="Add an endpoint" note="A public https address of your own" />
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate({ url, events: [...events] })
        }}
      >
        <TextField
          label="Address"
          required
          inputMode="url"
          autoComplete="off"
          placeholder="https://example.com/hooks/spillway"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
          error={add.error?.message ?? null}
        />
        <fieldset>
          <legend className="mb-1.5 font-medium text-13">What it hears of</legend>
          <div className="grid gap-2 sm:grid-cols-3">
            {EVENTS.map(([event, says]) => (
              <label
                key={event}
                className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line px-3 py-2.5 hover:border-line-strong has-checked:border-accent-line has-checked:bg-accent-soft/50"
              >
                <input
                  type="checkbox"
                  checked={events.includes(event)}
                  onChange={() => toggle(event)}
                  className="mt-0.5 size-4 accent-[var(--accent)]"
                />
                <span>
                  <span className="block font-mono text-13">{event}</span>
                  <span className="block text-13 text-ink-3">{says}</span>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <Button type="submit" tone="primary" disabled={add.isPending || events.length === 0}>
          <Webhook aria-hidden /> Add the endpoint
        </Button>
      </form>
    </Card>
  )
}
