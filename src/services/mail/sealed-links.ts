import type { MailContent } from '../../ports/mailer.ts'
import type { MailStore, StoredMail } from '../../ports/mail-store.ts'
import { seal, unseal } from '../seal.ts'

const MARK = 'sealed:'
const USE = 'spillway mail links 1'

/**
 * The outbox with its links sealed: some of them sign people in, and tokens are nowhere else stored but as their hashes.
 * A copy of the database opens no account.
 */
export function sealedLinks(mails: MailStore, secret: string): MailStore {
  const withLink = (content: MailContent, link: string): MailContent => ({ ...content, link })
  const sealed = (content: MailContent) => withLink(content, MARK + seal(content.link, secret, USE))
  const opened = (mail: StoredMail): StoredMail => ({
    ...mail,
    content: withLink(mail.content, open(mail.content.link)),
  })
  const open = (link: string): string => {
    if (!link.startsWith(MARK)) return link
    try {
      return unseal(link.slice(MARK.length), secret, USE)
    } catch {
      // sealed under another secret: such a mail leads nowhere, and holds up none of the others
      return ''
    }
  }
  return {
    ...mails,
    queue: (mail) => mails.queue({ ...mail, draft: { ...mail.draft, content: sealed(mail.draft.content) } }),
    claim: async (claim) => (await mails.claim(claim)).map(opened),
    async byId(id) {
      const mail = await mails.byId(id)
      return mail === null ? null : opened(mail)
    },
    latest: async (limit) => (await mails.latest(limit)).map(opened),
  }
}
