import type { Metadata } from 'next'
import { caller } from '../../../../caller.tsx'
import { signInByLink } from '../../../../sign-in.ts'
import { orNull } from '../../../../or-not-found.ts'
import { Door } from '@/ui/identity/door.tsx'
import { LinkOver } from '@/ui/identity/link-over.tsx'
import { Button } from '@/ui/primitives/button.tsx'

export const metadata: Metadata = { title: 'Sign in by link', referrer: 'no-referrer' }
export const dynamic = 'force-dynamic'

interface Asked {
  params: Promise<{ token: string }>
  searchParams: Promise<{ next?: string | string[] }>
}

/** Opening the page changes nothing: scanners of mail open links too. The button uses the link up. */
export default async function LinkPage({ params, searchParams }: Asked) {
  const [{ token }, { next }] = await Promise.all([params, searchParams])
  const holder = await orNull(caller.identity.link({ token, purpose: 'sign_in' }))
  if (holder === null) return <LinkOver what="link" />
  return (
    <Door title={`Hello, ${holder.name}`} note={`This link signs you in as ${holder.email}. It works once.`}>
      <form action={signInByLink}>
        <input type="hidden" name="token" value={token} />
        <input type="hidden" name="next" value={typeof next === 'string' ? next : ''} />
        <Button type="submit" tone="primary" className="w-full">
          Sign in
        </Button>
      </form>
    </Door>
  )
}
