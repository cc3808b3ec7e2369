import type { Metadata } from 'next'
import Link from 'next/link'
import { buttonStyle } from '@/ui/primitives/button.tsx'

export const metadata: Metadata = { title: 'Nothing here' }

export default function NotFound() {
  return (
    <div className="grid min-h-[55dvh] place-items-center text-center">
      <div>
        <h1 className="font-semibold text-[1.375rem] tracking-[-0.02em]">Nothing here</h1>
        <p className="mx-auto mt-1.5 max-w-[44ch] text-ink-2">
          There is no such record, or it is not yours to see. We do not tell which, so that ids say nothing to
          strangers.
        </p>
        <Link href="/app/decisions" className={`mt-6 ${buttonStyle()}`}>
          Your decisions
        </Link>
      </div>
    </div>
  )
}
