'use client'
import Link from 'next/link'
import { clockTime, zoneName } from '../format/time.ts'
import { cn } from '../primitives/cn.ts'
import { useLive } from './live.tsx'

const WORDS = { connecting: 'Connecting', live: 'Live', stale: 'Stale', signed_out: 'Signed out' } as const

/** Whether what is on the page is current, and until when it is known to be. Only a change of state is announced. */
export function LiveDot({ zone }: { zone: string }) {
  const { state, asOfMs } = useLive()
  return (
    <div className="flex items-center gap-2 text-13" data-live={state}>
      <span
        aria-hidden
        className={cn(
          'size-2 rounded-full',
          state === 'live' ? 'breathing bg-ok' : state === 'connecting' ? 'bg-line-strong' : 'bg-warn',
        )}
      />
      <span
        role="status"
        className={cn(
          'font-medium',
          // on the narrowest screens the room belongs to the customer's name; what is not well is still said in words
          state === 'live' ? 'text-ink-2 max-[359px]:sr-only' : state === 'connecting' ? 'text-ink-3' : 'text-warn',
        )}
      >
        {WORDS[state]}
      </span>
      <span className="hidden text-ink-3 sm:inline" title={zone}>
        as of {clockTime(asOfMs, zone)} <span className="hidden lg:inline">{zoneName(zone)}</span>
      </span>
    </div>
  )
}

/** Says plainly that the figures may be old. Over the page, so that nothing moves under the reader's hand. */
export function StaleNotice({ zone }: { zone: string }) {
  const { state, asOfMs } = useLive()
  if (state !== 'stale' && state !== 'signed_out') return null
  return (
    <div
      role="alert"
      className="fixed inset-x-4 bottom-4 z-30 mx-auto max-w-2xl rounded-lg border border-warn/30 bg-warn-soft px-4 py-2.5 text-13 text-warn shadow-float"
    >
      {state === 'signed_out' ? (
        <>
          Your session has ended, or you are no longer a member here.{' '}
          <Link href="/sign-in" className="font-medium underline underline-offset-2">
            Sign in again
          </Link>
        </>
      ) : (
        <>
          What you see could not be brought up to date. It is from {clockTime(asOfMs, zone)} {zoneName(zone)}; it is
          updated by itself as soon as that works again.
        </>
      )}
    </div>
  )
}
