'use client'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Ticket } from 'lucide-react'
import { useState } from 'react'
import { creditsPhrase } from '../format/amount.ts'
import { Button } from '../primitives/button.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { TextField } from '../primitives/field.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useTRPC } from '../trpc/client.tsx'

/** Where a promotion code becomes a grant. Says so only once the grant exists. */
export function RedeemBox({ zone }: { zone: string }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [code, setCode] = useState('')
  const redeem = useMutation(
    trpc.promotion.redeem.mutationOptions({
      onSuccess: async () => {
        setCode('')
        await queries.invalidateQueries()
      },
    }),
  )
  const { data } = redeem
  return (
    <Card aria-labelledby="redeem" className="p-5">
      <SectionHead id="redeem" title="Promotion code" note="Adds a grant that is used before your credits" />
      <form
        className="mt-4 flex items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          redeem.mutate({ code })
        }}
      >
        <div className="grow">
          <TextField
            label="Code"
            required
            maxLength={64}
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            placeholder="WELCOME-10"
            className="uppercase placeholder:normal-case"
            value={code}
            onChange={(event) => setCode(event.target.value)}
            error={redeem.error?.message ?? null}
          />
        </div>
        <Button type="submit" tone="primary" disabled={redeem.isPending} className="mt-[1.625rem]">
          <Ticket aria-hidden /> Redeem
        </Button>
      </form>
      <div role="status">
        {data?.kind === 'redeemed' && (
          <p className="mt-3 rounded-lg bg-ok-soft px-3.5 py-2.5 text-13 text-ok">
            {data.title}: {creditsPhrase(data.amount)} can be used now
            {data.expiresAtMs !== null && (
              <>
                , until <Moment atMs={data.expiresAtMs} zone={zone} show="absolute" />
              </>
            )}
            .
          </p>
        )}
        {data?.kind === 'later' && (
          <p className="mt-3 rounded-lg bg-warn-soft px-3.5 py-2.5 text-13 text-warn">
            The code is yours. The store was busy, so its grant follows within a minute.
          </p>
        )}
      </div>
    </Card>
  )
}
