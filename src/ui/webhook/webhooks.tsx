'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { AddWebhook } from './add-webhook.tsx'
import { DeliveryLog } from './delivery-log.tsx'
import { EndpointRow } from './endpoint-row.tsx'
import { WebhookSecret } from './webhook-secret.tsx'

/** Whether an endpoint fails is learned by delivering, and no stream tells of it. */
const ASK_MS = 10_000

/** Where the customer's own programs hear of events. A secret is in the answer that made it: leaving the page loses it. */
export function Webhooks({ zone }: { zone: string }) {
  const { data } = useSuspenseQuery(useTRPC().webhook.list.queryOptions(undefined, { refetchInterval: ASK_MS }))
  const [secret, setSecret] = useState<string | null>(null)
  if (!data.manages)
    return (
      <Card>
        <Empty title="Webhooks are for owners">An owner says which of your servers hear of what happens here.</Empty>
      </Card>
    )
  return (
    <div className="space-y-4">
      {secret !== null && <WebhookSecret secret={secret} onDone={() => setSecret(null)} />}
      <AddWebhook onMade={setSecret} />
      <Card aria-labelledby="endpoints" className="overflow-hidden">
        <SectionHead
          id="endpoints"
          title="Endpoints"
          note="Signed as Standard Webhooks; tried for about a day, and switched off after three without success"
          className="px-5 pt-4 pb-3"
        />
        <div className="border-line border-t">
          {data.endpoints.length === 0 ? (
            <Empty title="No endpoint">Add the address of one of your servers above.</Empty>
          ) : (
            <ul className="divide-y divide-line">
              {data.endpoints.map((endpoint) => (
                <EndpointRow key={endpoint.id} endpoint={endpoint} zone={zone} />
              ))}
            </ul>
          )}
        </div>
      </Card>
      <DeliveryLog zone={zone} />
    </div>
  )
}
