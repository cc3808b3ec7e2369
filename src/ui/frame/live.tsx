'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { useTRPC } from '../trpc/client.tsx'
import { NowProvider } from './now.tsx'
import { Refresher } from './refresher.ts'

/** Three beats missed: said well within 5 s of the cut. */
const SILENT_MS = 3_500
const RECONNECT_MS = 2_000
/** The session ended, or the membership: nothing here is theirs to see any more. */
const LOST: ReadonlySet<string> = new Set(['UNAUTHORIZED', 'FORBIDDEN'])

export type LiveState = 'connecting' | 'live' | 'stale' | 'signed_out'

interface Live {
  readonly state: LiveState
  /** Store time up to which what is shown is known to be current. */
  readonly asOfMs: number
}

const LiveContext = createContext<Live>({ state: 'connecting', asOfMs: 0 })
export const useLive = (): Live => useContext(LiveContext)

/** A network that is slow for once does not move the clock: the offset is kept until it is off by half a second. */
const steadyOffset = (before: number | null, now: number) =>
  before === null || Math.abs(now - before) > 500 ? now : before

/**
 * The tab's one stream. It only tells that something changed; what is shown is then read again through the same
 * procedures as at first, so a page never holds a figure that the gate does not.
 */
export function LiveProvider({ startMs, children }: { startMs: number; children: ReactNode }) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [refresher] = useState(() => new Refresher(queries, {}))
  const [state, setState] = useState<LiveState>('connecting')
  const [asOfMs, setAsOfMs] = useState(startMs)
  const [offsetMs, setOffsetMs] = useState<number | null>(null)
  const [heardAtMs, setHeardAtMs] = useState(0)

  const stream = useSubscription(
    trpc.access.live.subscriptionOptions(
      {},
      {
        onData: (event) => {
          const data = 'data' in event ? event.data : event
          if (data.kind === 'change' || refresher.behind) refresher.ring()
          setState(refresher.behind ? 'stale' : 'live')
          if (!refresher.behind) setAsOfMs(data.atMs)
          setHeardAtMs(Date.now())
          setOffsetMs((before) => steadyOffset(before, data.atMs - Date.now()))
        },
        onError: (error) => setState(LOST.has(error.data?.code ?? '') ? 'signed_out' : 'stale'),
      },
    ),
  )

  useEffect(() => {
    const timer = setTimeout(() => setState((now) => (now === 'signed_out' ? now : 'stale')), SILENT_MS)
    return () => clearTimeout(timer)
  }, [heardAtMs])

  const { status, reset } = stream
  useEffect(() => {
    if (status !== 'error' || state === 'signed_out') return
    const timer = setTimeout(reset, RECONNECT_MS)
    return () => clearTimeout(timer)
  }, [status, state, reset])

  return (
    <NowProvider startMs={startMs} offsetMs={offsetMs}>
      <LiveContext value={{ state, asOfMs }}>{children}</LiveContext>
    </NowProvider>
  )
}
