'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { Card, SectionHead } from '../primitives/card.tsx'
import { RedeemBox } from '../promotion/redeem-box.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { AlertList } from './alert-list.tsx'
import { CapsCard } from './caps-card.tsx'
import { ConsentCard } from './consent-card.tsx'
import { ThresholdsCard } from './thresholds-card.tsx'

/** What may be spent, who hears when much of it is used, and what was said lately. */
export function Alerts() {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.alert.settings.queryOptions())
  const { data: bell } = useSuspenseQuery(trpc.alert.bell.queryOptions())
  return (
    <div className="space-y-4">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <ConsentCard consent={data.consent} changes={data.manages.consent} />
        <ThresholdsCard settings={data.settings} changes={data.manages.alerts} />
      </div>
      <CapsCard caps={data.caps} zone={data.timeZone} changes={data.manages.caps} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Card aria-labelledby="latest-alerts" className="overflow-hidden">
          <SectionHead
            id="latest-alerts"
            title="Latest alerts"
            note="Each threshold once per period"
            className="border-line border-b px-5 pt-4 pb-3"
          />
          <AlertList alerts={bell.alerts} zone={data.timeZone} />
        </Card>
        {data.manages.codes && <RedeemBox zone={data.timeZone} />}
      </div>
    </div>
  )
}
