import Link from 'next/link'
import type { ReactNode } from 'react'
import { Wordmark } from '@/ui/brand/mark.tsx'
import { ThemeSwitch } from '@/ui/frame/theme-switch.tsx'

export default function OutboxLayout({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto max-w-[1160px] px-5 sm:px-8">
      <header className="flex h-16 items-center justify-between">
        <Link href="/" aria-label="Spillway, front page" className="rounded-md">
          <Wordmark />
        </Link>
        <ThemeSwitch />
      </header>
      <main id="content" className="pt-4 pb-16">
        {children}
      </main>
    </div>
  )
}
