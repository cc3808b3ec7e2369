'use client'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'

const Now = createContext(0)

/** The store's time, so that countdowns agree with the gate whatever this machine's clock says. Ticks once a second. */
export const useNow = (): number => useContext(Now)

/** `startMs` is what the server rendered with: the first client render repeats it. `offsetMs` is store time minus ours. */
export function NowProvider({
  startMs,
  offsetMs,
  children,
}: {
  startMs: number
  offsetMs: number | null
  children: ReactNode
}) {
  const [nowMs, setNowMs] = useState(startMs)
  useEffect(() => {
    const started = Date.now()
    const tick = () => setNowMs(offsetMs === null ? startMs + (Date.now() - started) : Date.now() + offsetMs)
    const timer = setInterval(tick, 1_000)
    return () => clearInterval(timer)
  }, [startMs, offsetMs])
  return <Now value={nowMs}>{children}</Now>
}
