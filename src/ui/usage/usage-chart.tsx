'use client'
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { credits, units } from '../format/amount.ts'
import { useNow } from '../frame/now.tsx'
import { bucketName, bucketStarts, seriesColour } from './series.ts'
import type { Dimension, UsageSums } from './look.ts'

const MICRO_PER_CREDIT = 1_000_000

/** Only lengths are drawn from floats; every figure that is read comes from the exact sums. */
const drawn = (cost: bigint): number => Number(cost) / MICRO_PER_CREDIT

const TICK = { fill: 'var(--ink-3)', fontSize: 11 } as const

/** Credits by time, stacked by value. Loaded on its own: no other page needs the library. */
export default function UsageChart({ view, by }: { view: UsageSums; by: Dimension }) {
  const nowMs = useNow()
  const data = bucketStarts(view).map((atMs, at) => ({
    at,
    name: bucketName(atMs, view, nowMs),
    ...Object.fromEntries(view.series.map((one, index) => [`s${index}`, drawn(one.buckets[at]?.cost ?? 0n)])),
  }))
  return (
    <ResponsiveContainer width="100%" height={264}>
      <BarChart
        data={data}
        margin={{ top: 8, right: 4, bottom: 0, left: 0 }}
        accessibilityLayer={false}
        barCategoryGap="18%"
      >
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="name"
          tick={TICK}
          tickLine={false}
          axisLine={{ stroke: 'var(--line-strong)' }}
          minTickGap={16}
        />
        <YAxis tick={TICK} tickLine={false} axisLine={false} width={48} />
        <Tooltip
          cursor={{ fill: 'var(--sunken)' }}
          isAnimationActive={false}
          content={({ active, payload }) => {
            const at: unknown = payload?.[0]?.payload?.at
            return active && typeof at === 'number' ? <Figures view={view} by={by} at={at} nowMs={nowMs} /> : null
          }}
        />
        {view.series.map((one, index) => (
          <Bar
            key={String(one.value)}
            dataKey={`s${index}`}
            stackId="credits"
            fill={seriesColour(by, one.value, index)}
            isAnimationActive={false}
            maxBarSize={44}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  )
}

function Figures({ view, by, at, nowMs }: { view: UsageSums; by: Dimension; at: number; nowMs: number }) {
  const here = view.series.flatMap((one, index) => {
    const counted = one.buckets[at]
    return counted === undefined || counted.events === 0n
      ? []
      : [{ title: one.title, colour: seriesColour(by, one.value, index), ...counted }]
  })
  return (
    <div className="rounded-lg border border-line bg-surface px-3 py-2 text-13 shadow-float">
      <p className="font-medium">{bucketName(bucketStarts(view)[at] ?? 0, view, nowMs)}</p>
      {here.length === 0 && <p className="text-ink-3">Nothing used</p>}
      <ul>
        {here.map(({ title, colour, events, cost }) => (
          <li key={title} className="flex items-center gap-2">
            <span className="size-2 rounded-[2.5px]" style={{ background: colour }} />
            <span className="text-ink-2">{title}</span>
            <span className="ml-auto pl-4">{credits(cost)}</span>
            <span className="text-ink-3">{units(events)}&times;</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
