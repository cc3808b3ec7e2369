import type { Metadata } from 'next'
import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { caller } from '../caller.tsx'
import { signInAsPersona } from '../sign-in.ts'
import { currentViewer } from '@/api/trpc/viewer.ts'
import { homeOf } from '@/auth/scope.ts'
import { Wordmark } from '@/ui/brand/mark.tsx'
import { ThemeSwitch } from '@/ui/frame/theme-switch.tsx'
import { Facts } from '@/ui/home/facts.tsx'
import { Personas } from '@/ui/home/personas.tsx'
import { SpillwayScene } from '@/ui/home/spillway-scene.tsx'
import { buttonStyle } from '@/ui/primitives/button.tsx'

export const metadata: Metadata = { title: { absolute: 'Spillway: one decision for every request' } }
export const dynamic = 'force-dynamic'

const SAID: Record<string, string> = {
  failed: 'That persona is not in this store.',
}

export default async function Home({ searchParams }: { searchParams: Promise<{ signin?: string | string[] }> }) {
  const [{ signin }, viewer, personas] = await Promise.all([searchParams, currentViewer(), caller.system.personas()])
  const said = typeof signin === 'string' ? SAID[signin] : undefined
  return (
    <div className="mx-auto max-w-[1160px] px-5 sm:px-8">
      <header className="flex h-16 items-center justify-between">
        <Wordmark />
        <div className="flex items-center gap-2">
          {viewer ? (
            <Link href={homeOf(viewer)} className={buttonStyle({ size: 'sm' })}>
              Continue <span className="max-sm:sr-only">as {viewer.name}</span> <ArrowRight aria-hidden />
            </Link>
          ) : (
            <Link href="/sign-in" className={buttonStyle({ size: 'sm' })}>
              Sign in
            </Link>
          )}
          <ThemeSwitch />
        </div>
      </header>
      <main id="content">
        <div className="grid items-center gap-10 pt-8 pb-14 lg:grid-cols-[1fr_1.08fr] lg:pt-14">
          <div>
            <h1 className="font-semibold text-[2.125rem] leading-[1.12] tracking-[-0.035em] sm:text-[2.75rem]">
              How much is allowed,
              <br />
              and from where?
            </h1>
            <p className="mt-5 max-w-[50ch] text-base text-ink-2 leading-7">
              Spillway answers that for every request: first from what a tier includes, then from grants, then from
              credits the customer bought and agreed to spend. One decision, one sentence that explains it, and a record
              that proves every charge.
            </p>
            <p className="mt-4 max-w-[50ch] text-ink-3">
              This is a demo on one machine with made-up people. The engine, its PostgreSQL and every figure you will
              see are real and live; nobody is charged.
            </p>
          </div>
          <SpillwayScene />
        </div>
        <section aria-labelledby="personas" className="border-line border-t pt-10">
          <h2 id="personas" className="font-semibold text-lg tracking-[-0.015em]">
            Look at it as somebody
          </h2>
          <p className="mt-1 text-ink-3">
            One click, no password. Each of them is in a different place on the waterfall.
          </p>
          {said && (
            <p role="alert" className="mt-4 rounded-lg bg-warn-soft px-4 py-2.5 text-13 text-warn">
              {said}
            </p>
          )}
          <Personas personas={personas} signIn={signInAsPersona} />
        </section>
        <Facts />
      </main>
      <footer className="border-line border-t py-8 text-13 text-ink-3">
        Spillway, Apache 2.0. Times are shown in each customer&rsquo;s own zone, amounts in credits; a credit is a
        million micro-credits and never a float.
      </footer>
    </div>
  )
}
