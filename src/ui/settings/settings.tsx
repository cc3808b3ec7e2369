'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useState, useSyncExternalStore } from 'react'
import { setSingleKeys, useSingleKeys } from '../frame/single-keys.ts'
import { PASSWORD_PROBLEMS, ROLE_WORDS } from '../identity/words.ts'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { SelectField, TextField } from '../primitives/field.tsx'
import { toast } from '../primitives/toast.ts'
import { useTRPC } from '../trpc/client.tsx'
import { Sessions } from './sessions.tsx'

/** What is one's own, and what is the customer's. */
export function Settings() {
  return (
    <div className="space-y-6">
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <div className="space-y-6">
          <You />
          <KeysOfThePage />
        </div>
        <Password />
      </div>
      <Sessions />
      <Customer />
    </div>
  )
}

const said = { onError: (error: { message: string }) => toast.error(error.message) }

function You() {
  const trpc = useTRPC()
  const router = useRouter()
  const queries = useQueryClient()
  const { data: me } = useSuspenseQuery(trpc.identity.me.queryOptions())
  const [name, setName] = useState(me.name)
  const rename = useMutation(
    trpc.identity.rename.mutationOptions({
      ...said,
      onSuccess: async () => {
        toast.success('Your name is changed')
        await queries.invalidateQueries(trpc.identity.pathFilter())
        router.refresh()
      },
    }),
  )
  return (
    <Card aria-labelledby="you" className="p-5">
      <SectionHead id="you" title="You" note={me.email} />
      <form
        className="mt-4 flex flex-wrap items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate({ name })
        }}
      >
        <div className="min-w-48 grow">
          <TextField
            label="Your name"
            autoComplete="name"
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <Button type="submit" disabled={rename.isPending || name.trim() === me.name || name.trim() === ''}>
          Save
        </Button>
      </form>
      <ul className="mt-4 space-y-1 text-13 text-ink-2">
        {me.memberships.map(({ customer, customerName, role }) => (
          <li key={customer}>
            {ROLE_WORDS[role].title} of <span className="font-medium text-ink">{customerName}</span>
            {me.membership?.customer === customer && <Badge className="ml-2">this one</Badge>}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Password() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const { data: me } = useSuspenseQuery(trpc.identity.me.queryOptions())
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useMutation(
    trpc.identity.changePassword.mutationOptions({
      ...said,
      onSuccess: async (answer) => {
        if (answer.kind !== 'set') return
        setCurrent('')
        setPassword('')
        toast.success('Your password is set; your other sessions have ended')
        await queries.invalidateQueries(trpc.identity.pathFilter())
      },
    }),
  )
  const answer = change.data
  if (me.signedInBy === 'demo') {
    return (
      <Card aria-labelledby="password" className="p-5">
        <SectionHead id="password" title="Password" />
        <p className="mt-2 text-13 text-ink-3">People of the demo have none: one click is their only way in.</p>
      </Card>
    )
  }
  return (
    <Card aria-labelledby="password" className="p-5">
      <SectionHead id="password" title="Password" note="A change ends your other sessions" />
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate({ current, password })
        }}
      >
        <input type="hidden" name="username" autoComplete="username" value={me.email} />
        {me.hasPassword && (
          <TextField
            label="Current password"
            type="password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.target.value)}
            error={answer?.kind === 'wrong' ? 'That is not your password.' : null}
          />
        )}
        <TextField
          label="New password"
          type="password"
          autoComplete="new-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          hint="At least 12 characters. A short sentence is a good one."
          error={answer?.kind === 'refused' ? PASSWORD_PROBLEMS[answer.why] : null}
        />
        <Button type="submit" disabled={change.isPending}>
          {me.hasPassword ? 'Change the password' : 'Set a password'}
        </Button>
      </form>
    </Card>
  )
}

function KeysOfThePage() {
  const on = useSingleKeys()
  return (
    <Card aria-labelledby="single-keys" className="p-5">
      <SectionHead id="single-keys" title="Keyboard" note="Kept in this browser" />
      <label className="mt-3 flex items-start gap-2.5 text-13 text-ink-2">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => setSingleKeys(event.target.checked)}
          className="mt-0.5 size-4 accent-[var(--accent)]"
        />
        <span>
          Single keys act (<kbd>g</kbd> and a letter, <kbd>/</kbd>, <kbd>?</kbd>). Switch them off if you dictate, or if
          keys repeat.
        </span>
      </label>
    </Card>
  )
}

function Customer() {
  const trpc = useTRPC()
  const router = useRouter()
  const queries = useQueryClient()
  const { data: customer } = useSuspenseQuery(trpc.team.customer.queryOptions())
  const [name, setName] = useState(customer.name)
  const [timeZone, setTimeZone] = useState(customer.timeZone)
  const zones = useTimeZones(customer.timeZone)
  const change = useMutation(
    trpc.team.changeCustomer.mutationOptions({
      ...said,
      onSuccess: async () => {
        toast.success('Saved')
        await queries.invalidateQueries()
        router.refresh()
      },
    }),
  )
  const same = name.trim() === customer.name && timeZone === customer.timeZone
  return (
    <Card aria-labelledby="customer" className="p-5">
      <SectionHead
        id="customer"
        title={customer.kind === 'organization' ? 'Organization' : 'Customer'}
        note={customer.changes ? 'Periods begin and times are shown in its time zone' : 'An owner may change this'}
      />
      <form
        className={cn('mt-4 grid items-end gap-3', customer.changes ? 'sm:grid-cols-[1fr_1fr_auto]' : 'sm:grid-cols-2')}
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate({ name, timeZone })
        }}
      >
        <TextField
          label="Name"
          required
          maxLength={200}
          disabled={!customer.changes}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label="Time zone"
          disabled={!customer.changes}
          value={timeZone}
          onChange={(event) => setTimeZone(event.target.value)}
        >
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {zone.replaceAll('_', ' ')}
            </option>
          ))}
        </SelectField>
        {customer.changes && (
          <Button type="submit" disabled={change.isPending || same || name.trim() === ''}>
            Save
          </Button>
        )}
      </form>
    </Card>
  )
}

/** The browser's list; the server's may be another, so the first rendering names only the zone in force. */
function useTimeZones(inForce: string): readonly string[] {
  const known = useSyncExternalStore(never, knownZones, () => NONE)
  return [...new Set([inForce, 'UTC', ...known])]
}

const NONE: readonly string[] = []
const never = () => () => {}
let zones: readonly string[] | undefined
const knownZones = () => (zones ??= Intl.supportedValuesOf('timeZone'))
