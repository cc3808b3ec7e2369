import type { Metadata } from 'next'
import { caller } from '../../../caller.tsx'
import { setPassword } from '../../../sign-in.ts'
import { orNull } from '../../../or-not-found.ts'
import { Door } from '@/ui/identity/door.tsx'
import { SetPasswordForm } from '@/ui/identity/forms.tsx'
import { LinkOver } from '@/ui/identity/link-over.tsx'

export const metadata: Metadata = { title: 'Set your password', referrer: 'no-referrer' }
export const dynamic = 'force-dynamic'

export default async function SetPasswordPage({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params
  const holder = await orNull(caller.identity.link({ token, purpose: 'set_password' }))
  if (holder === null) return <LinkOver what="link" />
  return (
    <Door
      title={holder.hasPassword ? 'Set a new password' : `Welcome, ${holder.name}`}
      note={
        holder.hasPassword
          ? `For ${holder.email}. Every session of yours ends, on all devices.`
          : `Set the password with which you sign in as ${holder.email}.`
      }
    >
      <SetPasswordForm set={setPassword} token={token} email={holder.email} />
    </Door>
  )
}
