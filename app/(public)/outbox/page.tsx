import type { Metadata } from 'next'
import { caller } from '../../caller.tsx'
import { orNotFound } from '../../or-not-found.ts'
import { MailList } from '@/ui/mail/mail-list.tsx'

export const metadata: Metadata = { title: 'Outbox' }
export const dynamic = 'force-dynamic'

export default async function OutboxPage() {
  const mails = await orNotFound(caller.mail.outbox())
  return <MailList mails={mails} shown={null} />
}
