'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { CreateKey } from './create-key.tsx'
import { KeyRow } from './key-row.tsx'
import { type MadeSecret, SecretOnce } from './secret-once.tsx'

/** The customer's own API keys. A secret is in the answer that made it and nowhere else: leaving the page loses it. */
export function Keys({ zone }: { zone: string }) {
  const { data } = useSuspenseQuery(useTRPC().keys.list.queryOptions())
  const [made, setMade] = useState<MadeSecret | null>(null)
  const live = data.keys.filter(({ standing }) => standing === 'live')
  const over = data.keys.filter(({ standing }) => standing !== 'live')
  return (
    <div className="space-y-6">
      {made !== null && <SecretOnce made={made} zone={zone} onDone={() => setMade(null)} />}
      {data.manages && <CreateKey onMade={setMade} />}
      <Card aria-labelledby="live-keys">
        <SectionHead
          id="live-keys"
          title="Live keys"
          note="Only the beginning is kept here; the rest is yours alone"
          className="px-5 pt-4 pb-3"
        />
        <div className="border-line border-t">
          {live.length === 0 ? (
            <Empty title="No live key">
              {data.manages
                ? 'Make one above: your own programs ask for decisions and read your data with it.'
                : 'An owner makes keys; you see here what they may do and when they were last used.'}
            </Empty>
          ) : (
            <ul className="divide-y divide-line">
              {live.map((key) => (
                <KeyRow key={key.id} shown={key} zone={zone} manages={data.manages} onMade={setMade} />
              ))}
            </ul>
          )}
        </div>
      </Card>
      {over.length > 0 && (
        <Card aria-labelledby="ended-keys">
          <SectionHead id="ended-keys" title="Ended keys" className="px-5 pt-4 pb-3" />
          <ul className="divide-y divide-line border-line border-t">
            {over.map((key) => (
              <KeyRow key={key.id} shown={key} zone={zone} manages={false} onMade={setMade} />
            ))}
          </ul>
        </Card>
      )}
    </div>
  )
}
