import type { Metadata } from 'next'
import Link from 'next/link'
import { Mark } from '@/ui/brand/mark.tsx'
import { buttonStyle } from '@/ui/primitives/button.tsx'

export const metadata: Metadata = { title: 'Nothing here' }

export default function NotFound() {
  return (
    <main className="grid min-h-[70dvh] place-items-center px-6 text-center">
      <div>
        <Mark className="mx-auto size-9" />
        <h1 className="mt-5 font-semibold text-[1.375rem] tracking-[-0.02em]">Nothing here</h1>
        <p className="mx-auto mt-1.5 max-w-[44ch] text-ink-2">
          There is no such page, or it is not yours to see. We do not tell which, so that ids say nothing to strangers.
        </p>
        <Link href="/app" className={`mt-6 ${buttonStyle()}`}>
          Go to the overview
        </Link>
      </div>
    </main>
  )
}
