import type { Metadata } from 'next'
import Link from 'next/link'
import { caller } from '../../../caller.tsx'
import { acceptInvitation, signOut } from '../../../sign-in.ts'
import { orNull } from '../../../or-not-found.ts'
import { currentViewer } from '@/api/trpc/viewer.ts'
import { Door, Said } from '@/ui/identity/door.tsx'
import { AcceptForm } from '@/ui/identity/forms.tsx'
import { LinkOver } from '@/ui/identity/link-over.tsx'
import { ROLE_WORDS } from '@/ui/identity/words.ts'
import { Button, buttonStyle } from '@/ui/primitives/button.tsx'

export const metadata: Metadata = { title: 'Your invitation', referrer: 'no-referrer' }
export const dynamic = 'force-dynamic'

export default async function InvitePage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const [invitation, viewer] = await Promise.all([orNull(caller.identity.invitation({ token })), currentViewer()])
  if (invitation === null) return <LinkOver what="invitation" />
  const { customerName, role, email, invitedBy, known } = invitation
  return (
    <Door
      title={`Join ${customerName}`}
      note={`${invitedBy} invites ${email} as ${ROLE_WORDS[role].title.toLowerCase()}: ${ROLE_WORDS[role].may}.`}
    >
      {viewer !== null && viewer.email !== email ? (
        <form action={signOut} className="space-y-4">
          <Said>
            You are signed in as {viewer.email}, and this is for {email}.
          </Said>
          <Button type="submit" className="w-full">
            Sign out, then open the link again
          </Button>
        </form>
      ) : viewer === null && known ? (
        <Link
          href={`/sign-in?next=${encodeURIComponent(`/invite/${token}`)}`}
          className={`w-full ${buttonStyle({ tone: 'primary' })}`}
        >
          Sign in to accept
        </Link>
      ) : (
        <AcceptForm accept={acceptInvitation} token={token} newcomer={viewer === null} />
      )}
    </Door>
  )
}
