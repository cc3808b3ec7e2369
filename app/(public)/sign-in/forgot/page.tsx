import type { Metadata } from 'next'
import { sendPasswordLink } from '../../../sign-in.ts'
import { Door } from '@/ui/identity/door.tsx'
import { ForgotForm } from '@/ui/identity/forms.tsx'

export const metadata: Metadata = { title: 'A new password' }

export default function ForgotPage() {
  return (
    <Door title="A new password" note="We mail you a link with which you set one. All your sessions end when you do.">
      <ForgotForm send={sendPasswordLink} />
    </Door>
  )
}
