'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { SelectField, TextField } from '../primitives/field.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { KEY_SCOPES, type KeyScope } from './scopes.ts'
import type { MadeSecret } from './secret-once.tsx'

const LIVES = [
  ['90', '90 days'],
  ['30', '30 days'],
  ['365', 'a year'],
  ['', 'until it is revoked'],
] as const

export function CreateKey({ onMade }: { onMade: (made: MadeSecret) => void }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [scopes, setScopes] = useState<readonly KeyScope[]>(['decide', 'read'])
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: async ({ key, secret }) => {
        onMade({ name: key.name, secret, oldEndsAtMs: null })
        setName('')
        await queries.invalidateQueries(trpc.keys.pathFilter())
      },
    }),
  )
  const toggle = (scope: KeyScope) =>
    setScopes((now) => (now.includes(scope) ? now.filter((one) => one !== scope) : [...now, scope]))
  return (
    <Card aria-labelledby="new-key" className="p-5">
      <SectionHead id="new-key" title="Make a key" note="For your own programs and your own data" />
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate({ name, scopes: [...scopes], days: days === '' ? null : Number(days) })
        }}
      >
        <div className="grid items-start gap-3 sm:grid-cols-[1fr_13rem]">
          <TextField
            label="Name"
            required
            maxLength={100}
            placeholder="Nightly batch"
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={create.error?.message ?? null}
          />
          <SelectField label="Ends after" value={days} onChange={(event) => setDays(event.target.value)}>
            {LIVES.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </SelectField>
        </div>
        <fieldset>
          <legend className="mb-1.5 font-medium text-13">What it may do</legend>
          <div className="grid gap-2 sm:grid-cols-3">
            {KEY_SCOPES.map(({ scope, does }) => (
              <label
                key={scope}
                htmlFor={`scope-${scope}`}
                className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line px-3 py-2.5 hover:border-line-strong has-checked:border-accent-line has-checked:bg-accent-soft/50"
              >
                <input
                  id={`scope-${scope}`}
                  type="checkbox"
                  checked={scopes.includes(scope)}
                  onChange={() => toggle(scope)}
                  className="mt-0.5 size-4 accent-[var(--accent)]"
                />
                <span className="text-13 text-ink-3">
                  <span className="block font-mono text-ink">{scope}</span>
                  It {does}
                </span>
              </label>
            ))}
          </div>
        </fieldset>
        <Button type="submit" tone="primary" disabled={create.isPending || scopes.length === 0}>
          <KeyRound aria-hidden /> Make the key
        </Button>
      </form>
    </Card>
  )
}
