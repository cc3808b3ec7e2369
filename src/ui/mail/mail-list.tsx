import Link from 'next/link'
import { fullTime } from '../format/time.ts'
import { PageHead } from '../frame/page-head.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import { Empty } from '../primitives/empty.tsx'
import type { Outputs } from '../trpc/client.tsx'

type Mails = Outputs['mail']['outbox']
type Rendered = Outputs['mail']['rendered']

/** Mails that nobody sends, newest first, with one of them open. */
export function MailList({ mails, shown }: { mails: Mails; shown: Rendered | null }) {
  return (
    <>
      <PageHead
        title="Outbox"
        note="This demo has no mail server, so its mails stay here; links in them work. Times are UTC."
      />
      {mails.length === 0 ? (
        <Card>
          <Empty title="No mails yet">Ask for a sign-in link, invite somebody, or use up a window.</Empty>
        </Card>
      ) : (
        <div className="grid items-start gap-4 lg:grid-cols-[22rem_1fr]">
          <Card aria-label="Mails" className={cn('overflow-hidden', shown !== null && 'max-lg:order-2')}>
            <ul className="divide-y divide-line">
              {mails.map((mail) => (
                <li key={mail.id}>
                  <Link
                    href={`/outbox/${mail.id}`}
                    {...(mail.id === shown?.id && { 'aria-current': 'true' as const })}
                    className={cn(
                      'block px-4 py-3 hover:bg-sunken focus-visible:outline-offset-[-2px]',
                      mail.id === shown?.id && 'bg-accent-soft',
                    )}
                  >
                    <span className="flex items-baseline justify-between gap-3">
                      <span className="truncate font-medium">{mail.subject}</span>
                      {mail.status !== 'queued' && (
                        <Badge tone={mail.status === 'sent' ? 'ok' : 'bad'}>{mail.status}</Badge>
                      )}
                    </span>
                    <span className="block truncate text-13 text-ink-3">to {mail.to}</span>
                    <span className="block text-13 text-ink-3">{fullTime(mail.queuedAtMs, 'UTC')}</span>
                  </Link>
                </li>
              ))}
            </ul>
          </Card>
          {shown === null ? (
            <Card className="max-lg:hidden">
              <Empty title="Choose a mail to read it" />
            </Card>
          ) : (
            <OpenMail mail={shown} />
          )}
        </div>
      )}
    </>
  )
}

function OpenMail({ mail }: { mail: Rendered }) {
  return (
    <Card aria-labelledby="mail-subject" className="overflow-hidden">
      <div className="border-line border-b px-5 py-4">
        <h2 id="mail-subject" className="font-semibold text-base">
          {mail.subject}
        </h2>
        <p className="text-13 text-ink-3">
          to {mail.to} &middot; {fullTime(mail.queuedAtMs, 'UTC')} UTC
        </p>
      </div>
      {/* No scripts and no origin of its own; links open a page of their own. */}
      <iframe
        title={`Mail: ${mail.subject}`}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        srcDoc={mail.html.replace('<head>', '<head><base target="_blank">')}
        className="block h-[34rem] w-full border-0"
      />
      <details className="border-line border-t px-5 py-3">
        <summary className="font-medium text-13 text-ink-2">The same as plain text</summary>
        <pre className="mt-3 overflow-x-auto whitespace-pre-wrap break-words font-mono text-13 text-ink-2">
          {mail.text}
        </pre>
      </details>
    </Card>
  )
}
