import type { Metadata } from 'next'
import { caller } from '../../../caller.tsx'
import { orNotFound } from '../../../or-not-found.ts'
import { MailList } from '@/ui/mail/mail-list.tsx'

export const metadata: Metadata = { title: 'Outbox' }
export const dynamic = 'force-dynamic'

export default async function OutboxMailPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const [mails, shown] = await Promise.all([orNotFound(caller.mail.outbox()), orNotFound(caller.mail.rendered({ id }))])
  return <MailList mails={mails} shown={shown} />
}
