'use client'
import { useNow } from '../frame/now.tsx'
import { dayTime, fullTime, relative, zoneName } from '../format/time.ts'

/** An instant in all three ways a person asks for it: how far away, when, and in which zone. */
export function Moment({
  atMs,
  zone,
  show = 'both',
}: {
  atMs: number
  zone: string
  show?: 'both' | 'relative' | 'absolute'
}) {
  const nowMs = useNow()
  const absolute = `${dayTime(atMs, zone, nowMs)} ${zoneName(zone)}`
  return (
    <time dateTime={new Date(atMs).toISOString()} title={`${fullTime(atMs, zone)}, ${zone}`}>
      {show === 'absolute' ? absolute : relative(atMs, nowMs)}
      {show === 'both' && <span className="text-ink-3"> &middot; {absolute}</span>}
    </time>
  )
}
