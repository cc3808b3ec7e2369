import type { Metadata } from 'next'
import { MailCheck } from 'lucide-react'
import Link from 'next/link'
import { Door } from '@/ui/identity/door.tsx'
import { buttonStyle } from '@/ui/primitives/button.tsx'

export const metadata: Metadata = { title: 'Look into your mail' }

export default function CheckMailPage() {
  return (
    <Door
      title="Look into your mail"
      note="If somebody here has that address, a link is on its way to it. It works once, and not for long."
    >
      <div className="rounded-xl border border-line bg-surface p-5 shadow-card">
        <MailCheck aria-hidden className="size-6 text-accent" />
        <p className="mt-3 text-13 text-ink-2">
          Nothing there after a few minutes? Look among the unwanted mail, and check that the address is the one your
          invitation went to. For safety we do not say here whether we know it.
        </p>
      </div>
      <Link href="/sign-in" className={`mt-5 w-full ${buttonStyle()}`}>
        Back to sign-in
      </Link>
    </Door>
  )
}
