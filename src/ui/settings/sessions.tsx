'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Laptop, Smartphone } from 'lucide-react'
import { relative } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { toast } from '../primitives/toast.ts'
import { useTRPC } from '../trpc/client.tsx'
import { agentName, isPhone } from './agent.ts'

const METHODS = { password: 'password', link: 'link by mail', oidc: 'provider', demo: 'demo' } as const

/** Where one is signed in. Ending a session acts on its next call. */
export function Sessions() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const nowMs = useNow()
  const { data: sessions } = useSuspenseQuery(trpc.identity.sessions.queryOptions())
  const end = useMutation(
    trpc.identity.endSession.mutationOptions({
      onSuccess: () => queries.invalidateQueries(trpc.identity.pathFilter()),
      onError: (error) => toast.error(error.message),
    }),
  )
  return (
    <Card aria-labelledby="sessions">
      <SectionHead
        id="sessions"
        title="Where you are signed in"
        note="A session ends after 7 days, or a day without use"
        className="px-5 pt-4 pb-3"
      />
      <ul className="divide-y divide-line border-line border-t">
        {sessions.map(({ id, agent, method, createdAtMs, seenAtMs, current }) => {
          const Icon = isPhone(agent) ? Smartphone : Laptop
          return (
            <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-5 py-2.5">
              <span className="flex min-w-0 grow basis-64 gap-3">
                <Icon aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-3" />
                <span className="min-w-0">
                  <span className="font-medium text-13">{agentName(agent)}</span>{' '}
                  <span className="text-13 text-ink-3">
                    by {METHODS[method]}, {relative(createdAtMs, nowMs)}
                  </span>
                </span>
              </span>
              {current ? (
                <Badge tone="accent">this one</Badge>
              ) : (
                <>
                  <span className="text-13 text-ink-3">seen {relative(seenAtMs, nowMs)}</span>
                  <Button
                    size="sm"
                    tone="ghost"
                    disabled={end.isPending}
                    aria-label={`End the session in ${agentName(agent)}`}
                    onClick={() => end.mutate({ session: id })}
                  >
                    End
                  </Button>
                </>
              )}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
