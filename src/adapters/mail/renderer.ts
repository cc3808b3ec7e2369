import type { MailRenderer } from '../../ports/mailer.ts'
import { wordsOf } from './words.ts'

/** Loaded with the first mail: the components take a third of a second, which no start should wait for. */
export function reactMailRenderer(): MailRenderer {
  return {
    async render(content) {
      const [{ render }, { createElement }, { Mail, plainText }] = await Promise.all([
        import('@react-email/components'),
        import('react'),
        import('./mail.tsx'),
      ])
      const words = wordsOf(content)
      return {
        subject: words.subject,
        html: await render(createElement(Mail, { words })),
        text: plainText(words),
      }
    },
  }
}
