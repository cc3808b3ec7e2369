'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { relative } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Confirm } from '../primitives/confirm.tsx'
import { SelectField } from '../primitives/field.tsx'
import { Moment } from '../primitives/moment.tsx'
import { toast } from '../primitives/toast.ts'
import { type Outputs, useTRPC } from '../trpc/client.tsx'
import type { MadeSecret } from './secret-once.tsx'

type ShownKey = Outputs['keys']['list']['keys'][number]

const OVERLAPS = [
  [0, 'not at all'],
  [1, 'for an hour'],
  [24, 'for a day'],
  [168, 'for a week'],
] as const

export function KeyRow({
  shown,
  zone,
  manages,
  onMade,
}: {
  shown: ShownKey
  zone: string
  manages: boolean
  onMade: (made: MadeSecret) => void
}) {
  const nowMs = useNow()
  return (
    <li className="grid gap-x-5 gap-y-2 px-5 py-3.5 sm:grid-cols-[1.3fr_1fr_auto] sm:items-center">
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="truncate font-medium">{shown.name}</span>
          {shown.scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
          {shown.standing === 'revoked' && <Badge tone="bad">revoked</Badge>}
          {shown.standing === 'expired' && <Badge tone="warn">expired</Badge>}
        </span>
        <code className="mt-0.5 block font-mono text-13 text-ink-3">{shown.prefix}&hellip;</code>
      </span>
      <span className="text-13 text-ink-3">
        <span className="block">
          {shown.lastUsedAtMs === null ? 'never used' : `last used ${relative(shown.lastUsedAtMs, nowMs)}`}
        </span>
        <span className="block">
          <Ending shown={shown} zone={zone} />
        </span>
      </span>
      {manages && (
        <span className="-ml-2.5 flex gap-1 sm:ml-0">
          <Rotate shown={shown} onMade={onMade} />
          <Revoke shown={shown} />
        </span>
      )}
    </li>
  )
}

function Ending({ shown, zone }: { shown: ShownKey; zone: string }) {
  if (shown.revokedAtMs !== null)
    return (
      <>
        revoked <Moment atMs={shown.revokedAtMs} zone={zone} show="relative" />
      </>
    )
  if (shown.expiresAtMs === null) return 'no end'
  return (
    <>
      {shown.standing === 'expired' ? 'ended' : 'ends'} <Moment atMs={shown.expiresAtMs} zone={zone} show="relative" />
    </>
  )
}

function useAfterwards() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  return {
    reload: () => queries.invalidateQueries(trpc.keys.pathFilter()),
    onError: (error: { message: string }) => toast.error(error.message),
  }
}

function Rotate({ shown, onMade }: { shown: ShownKey; onMade: (made: MadeSecret) => void }) {
  const { reload, onError } = useAfterwards()
  const [overlapHours, setOverlap] = useState(24)
  const rotate = useMutation(
    useTRPC().keys.rotate.mutationOptions({
      onError,
      onSuccess: ({ key, secret, oldEndsAtMs }) => {
        onMade({ name: key.name, secret, oldEndsAtMs })
        return reload()
      },
    }),
  )
  return (
    <Confirm
      trigger={
        <>
          Rotate<span className="sr-only"> {shown.name}</span>
        </>
      }
      title={`Rotate ${shown.name}?`}
      action="Make a new secret"
      tone="plain"
      pending={rotate.isPending}
      onConfirm={() => rotate.mutateAsync({ key: shown.id, overlapHours })}
    >
      <p>A new secret with the same rights is made. Put it in place while the old one still works.</p>
      <div className="mt-4">
        <SelectField
          label="The old secret goes on"
          value={overlapHours}
          onChange={(event) => setOverlap(Number(event.target.value))}
        >
          {OVERLAPS.map(([hours, words]) => (
            <option key={hours} value={hours}>
              {words}
            </option>
          ))}
        </SelectField>
      </div>
    </Confirm>
  )
}

function Revoke({ shown }: { shown: ShownKey }) {
  const { reload, onError } = useAfterwards()
  const revoke = useMutation(useTRPC().keys.revoke.mutationOptions({ onError, onSuccess: reload }))
  return (
    <Confirm
      trigger={
        <>
          Revoke<span className="sr-only"> {shown.name}</span>
        </>
      }
      title={`Revoke ${shown.name}?`}
      action="Revoke"
      pending={revoke.isPending}
      onConfirm={() => revoke.mutateAsync({ key: shown.id })}
    >
      Whoever uses it is refused within a second, on every server. This cannot be taken back.
    </Confirm>
  )
}
