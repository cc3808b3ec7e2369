import { expect, test } from 'vitest'
import type { MailContent } from '../../ports/mailer.ts'
import { reactMailRenderer } from './renderer.ts'

const AT = Date.UTC(2026, 10, 20, 12)
const link = 'https://spillway.example/x?token=abc&next=%2Fapp'
const CONTENTS: readonly (readonly [MailContent, ...string[]])[] = [
  [{ template: 'sign_in_link', link, expiresAtMs: AT }, 'Your link to sign in', '20 November 2026 at 12:00 UTC'],
  [{ template: 'set_password_link', link, expiresAtMs: AT }, 'Your link to set a password', '20 November 2026'],
  [
    {
      template: 'invitation',
      link,
      customerName: 'Halden <b>&',
      invitedBy: 'Noor\r\nBcc: x',
      role: 'member',
      expiresAtMs: AT,
    },
    'Noor Bcc: x invites you to Halden <b>&',
    'member',
  ],
  [
    {
      template: 'receipt',
      link,
      purchase: 'pur_1',
      credits: 12_500_000n,
      totalMinor: 1_234_567n,
      currency: 'eur',
      paidAtMs: AT,
    },
    'Receipt: 12.5 credits',
    'EUR 12,345.67',
  ],
  [
    {
      template: 'receipt',
      link,
      purchase: 'pur_2',
      credits: 1_000_000n,
      totalMinor: 500n,
      currency: 'JPY',
      paidAtMs: AT,
    },
    'Receipt: 1 credit',
    'JPY 500',
  ],
  [
    { template: 'payment_failed', link, purchase: 'pur_3', reason: 'card_declined' },
    'did not go through',
    'card_declined',
  ],
  [
    {
      template: 'alert_crossed',
      link,
      subject: '5-hour window',
      percent: 75,
      used: 7_500_000n,
      limit: 10_000_000n,
      resetsAtMs: AT,
    },
    '75% used: 5-hour window',
    '7.5 credits',
  ],
  [{ template: 'auto_top_up', link, outcome: 'credited', credits: 5_000_000n, reason: null }, 'added 5 credits'],
  [
    { template: 'auto_top_up', link, outcome: 'failed', credits: 5_000_000n, reason: 'expired card' },
    'not go through',
    'expired card',
  ],
  [{ template: 'webhook_disabled', link, url: 'https://hooks.example/in' }, 'switched off', 'https://hooks.example/in'],
  [{ template: 'auto_top_up', link, outcome: 'switched_off', credits: 0n, reason: null }, 'top-up is off'],
]

test.each(CONTENTS.map(([content, ...said]) => ({ content, said })))('$content.template: $said.0', async (given) => {
  const { content } = given
  const [subject = '', ...facts] = given.said
  const mail = await reactMailRenderer().render(content)
  expect(mail.subject).toContain(subject)
  expect(mail.subject).not.toMatch(/[\r\n]/)
  for (const fact of facts) {
    expect(mail.text).toContain(fact)
    expect(mail.html).toContain(fact)
  }
  expect(mail.text).toContain(link)
  expect(mail.html).toContain(link.replaceAll('&', '&amp;'))
  expect(mail.html).toContain('lang="en"')
  expect(mail.html).toContain('prefers-color-scheme: dark')
  expect(mail.html).not.toContain('<b>')
})
