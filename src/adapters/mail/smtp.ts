import { createTransport } from 'nodemailer'
import { MailRefused, type MailTransport } from '../../ports/mailer.ts'

/** Every wait has an end, and all together end before a claim does. */
const TIME_LIMITS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000, dnsTimeout: 10_000 }
const CONNECTIONS = 2

export interface SmtpTransport extends MailTransport {
  close(): void
}

/** `url`: smtp://user:password@host:587, or smtps:// for TLS from the first byte. */
export function smtpTransport({ url, from }: { readonly url: string; readonly from: string }): SmtpTransport {
  const server = createTransport({ url, pool: true, maxConnections: CONNECTIONS, ...TIME_LIMITS })
  const domain = from.slice(from.lastIndexOf('@') + 1).replace(/>.*$/, '')
  return {
    async send({ id, to, subject, html, text }) {
      try {
        await server.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          html,
          text,
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        })
      } catch (fault) {
        if (isFinal(fault)) throw new MailRefused(fault instanceof Error ? fault.message : String(fault))
        throw fault
      }
    },
    close: () => server.close(),
  }
}

/** 5xx for the recipient or the content is the server's last word; 5xx for the login is the operator's to mend. */
function isFinal(fault: unknown): boolean {
  const { responseCode, code } = fault as { responseCode?: number; code?: string }
  return responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH'
}
