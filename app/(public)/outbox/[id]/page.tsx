import type { Metadata } from 'next'
import { cache } from 'react'
import { caller } from '../../../caller.tsx'
import { orNotFound } from '../../../or-not-found.ts'
import { MailList } from '@/ui/mail/mail-list.tsx'

export const dynamic = 'force-dynamic'

interface Named {
  readonly params: Promise<{ id: string }>
}

/** Read once for the title and the page. */
const mailOf = cache((id: string) => orNotFound(caller.mail.rendered({ id })))

export async function generateMetadata({ params }: Named): Promise<Metadata> {
  const { subject } = await mailOf((await params).id)
  return { title: `${subject} \u00b7 Outbox` }
}

export default async function OutboxMailPage({ params }: Named) {
  const { id } = await params
  const [mails, shown] = await Promise.all([orNotFound(caller.mail.outbox()), mailOf(id)])
  return <MailList mails={mails} shown={shown} />
}
