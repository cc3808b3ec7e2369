'use client'
import { useSuspenseQuery } from '@tanstack/react-query'
import { credits } from '../format/amount.ts'
import { percent, permilleOf, width } from '../format/share.ts'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Moment } from '../primitives/moment.tsx'
import { useTRPC } from '../trpc/client.tsx'
import { BEGAN_WORDS, type WindowInstance } from './words.ts'

/** Past instances with their use and why each began, recounted from the decisions of their time. */
export function HistoryCard({ id, zone }: { id: string; zone: string }) {
  const trpc = useTRPC()
  const { data } = useSuspenseQuery(trpc.limits.windowHistory.queryOptions({ id }))
  const most = data.instances.reduce((sum, { used }) => (used > sum ? used : sum), 1n)
  return (
    <Card aria-labelledby="history" className="overflow-hidden">
      <SectionHead
        id="history"
        title="History"
        note="recounted from your stored decisions; the last 20, at most 30 days"
        className="px-5 pt-5"
      />
      {data.instances.length === 0 && data.samples.length === 0 ? (
        <Empty title="Nothing was counted yet">Once you use it, each time it starts anew stands here.</Empty>
      ) : (
        <div className="mt-3 overflow-x-auto border-line border-t">
          <table className="w-full text-13">
            <caption className="sr-only">Past use of this window, newest first</caption>
            <thead className="text-left text-ink-3">
              <tr className="border-line border-b">
                <th className="px-5 py-2 font-normal">{data.samples.length > 0 ? 'At' : 'From'}</th>
                {data.samples.length === 0 && <th className="hidden px-3 py-2 font-normal sm:table-cell">Until</th>}
                <th className="px-5 py-2 text-right font-normal md:px-3">Credits used</th>
                {data.samples.length === 0 && <th className="hidden px-5 py-2 font-normal md:table-cell">Began</th>}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {data.instances.map((one) => (
                <Row key={one.startMs} one={one} zone={zone} most={most} />
              ))}
              {data.samples.map((one) => (
                <tr key={one.atMs}>
                  <td className="px-5 py-2.5">
                    <Moment atMs={one.atMs} zone={zone} show="absolute" />
                  </td>
                  <td className="px-5 py-2.5 text-right md:px-3">
                    <Amount value={one.used} /> of {credits(one.limit)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data.cut && (
        <p className="border-line border-t px-5 py-3 text-13 text-ink-3">
          There are earlier ones; this list goes back no further.
        </p>
      )}
    </Card>
  )
}

function Row({ one, zone, most }: { one: WindowInstance; zone: string; most: bigint }) {
  return (
    <tr>
      <td className="px-5 py-2.5 align-top">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <Moment atMs={one.startMs} zone={zone} show="absolute" />
          {one.running && <Badge tone="accent">running</Badge>}
        </span>
        <span className="block text-ink-3 md:hidden">began {BEGAN_WORDS[one.began]}</span>
      </td>
      <td className="hidden px-3 py-2.5 align-top text-ink-2 sm:table-cell">
        <Moment atMs={one.endMs} zone={zone} show="absolute" />
      </td>
      <td className="px-5 py-2.5 text-right align-top md:px-3">
        <Amount value={one.used} />
        {one.limit !== null && (
          <span className="block text-ink-3">
            {percent(one.used, one.limit)} of {credits(one.limit)}
          </span>
        )}
        <span aria-hidden className="mt-1 ml-auto block h-1 w-20 overflow-hidden rounded-full bg-sunken">
          <span
            className="block h-full bg-included"
            style={{ width: width(permilleOf(one.used, one.limit ?? most)) }}
          />
        </span>
      </td>
      <td className="hidden px-5 py-2.5 align-top text-ink-2 md:table-cell">{BEGAN_WORDS[one.began]}</td>
    </tr>
  )
}
