import Link from 'next/link'
import type { ReactNode } from 'react'
import { Wordmark } from '../brand/mark.tsx'
import { ThemeSwitch } from '../frame/theme-switch.tsx'

/** The frame of every page before sign-in: one thing to do, in the middle. */
export const Door = ({ title, note, children }: { title: string; note?: ReactNode; children?: ReactNode }) => (
  <div className="flex min-h-dvh flex-col px-5 sm:px-8">
    <header className="mx-auto flex h-16 w-full max-w-[1096px] items-center justify-between">
      <Link href="/" aria-label="Spillway, front page" className="rounded-md">
        <Wordmark />
      </Link>
      <ThemeSwitch />
    </header>
    <main id="content" className="mx-auto w-full max-w-[25rem] grow pt-[6vh] pb-16 sm:pt-[10vh]">
      <h1 className="font-semibold text-[1.625rem] tracking-[-0.025em]">{title}</h1>
      {note && <p className="mt-1.5 text-ink-2">{note}</p>}
      {children && <div className="mt-6">{children}</div>}
    </main>
  </div>
)

export const Said = ({ children, tone = 'bad' }: { children: ReactNode; tone?: 'bad' | 'plain' }) => (
  <p
    role={tone === 'bad' ? 'alert' : 'status'}
    className={
      tone === 'bad'
        ? 'rounded-lg bg-bad-soft px-3.5 py-2.5 text-13 text-bad'
        : 'rounded-lg bg-accent-soft px-3.5 py-2.5 text-13 text-accent-strong'
    }
  >
    {children}
  </p>
)
