import { formatCredits } from '../../core/shared/amount.ts'
import type { MailContent } from '../../ports/mailer.ts'

/** A mail in parts, before it has a look: what it is about, what to do, and what to know. */
export interface MailWords {
  readonly subject: string
  /** Shown beside the subject in a list of mails. */
  readonly preview: string
  readonly heading: string
  readonly paragraphs: readonly string[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly action: { readonly label: string; readonly href: string }
  /** Why the reader has it, and what to do when it is not theirs. */
  readonly foot: string
}

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const at = (atMs: number): string => `${day.format(atMs)} UTC`
const amount = (value: bigint): string => `${formatCredits(value)} ${value === 1_000_000n ? 'credit' : 'credits'}`

/** Minor units as money, by the currency's own number of digits: 1999, EUR -> "EUR 19.99". */
function money(minor: bigint, currency: string): string {
  const digits = digitsOf(currency)
  const text = minor.toString().padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${currency.toUpperCase()} ${digits === 0 ? whole : `${whole}.${text.slice(-digits)}`}`
}

function digitsOf(currency: string): number {
  const known = /^[a-z]{3}$/i.test(currency)
  const format = known ? new Intl.NumberFormat('en', { style: 'currency', currency }) : null
  return format?.resolvedOptions().maximumFractionDigits ?? 2
}

const OWN = 'You have this mail because you own or pay for this customer. Who gets it is set under Alerts and caps.'

export function wordsOf(content: MailContent): MailWords {
  switch (content.template) {
    case 'sign_in_link':
      return {
        subject: 'Your link to sign in',
        preview: 'It works once, and for a few minutes.',
        heading: 'Sign in to Spillway',
        paragraphs: ['This link signs you in. It works once.'],
        facts: [{ name: 'Works until', value: at(content.expiresAtMs) }],
        action: { label: 'Sign in', href: content.link },
        foot: 'You did not ask for it? Then somebody typed your address; without this mail they cannot come in. Leave it unused.',
      }
    case 'set_password_link':
      return {
        subject: 'Your link to set a password',
        preview: 'It works once, and for a day.',
        heading: 'Set a new password',
        paragraphs: ['This link lets you set a new password. It works once; your sessions end when you use it.'],
        facts: [{ name: 'Works until', value: at(content.expiresAtMs) }],
        action: { label: 'Set a password', href: content.link },
        foot: 'You did not ask for it? Then somebody typed your address; without this mail they cannot change anything. Leave it unused.',
      }
    case 'invitation':
      return {
        subject: `${oneLine(content.invitedBy)} invites you to ${oneLine(content.customerName)}`,
        preview: `Join ${oneLine(content.customerName)} as ${content.role}.`,
        heading: `Join ${oneLine(content.customerName)}`,
        paragraphs: [
          `${oneLine(content.invitedBy)} invites you to ${oneLine(content.customerName)} on Spillway, as ${content.role}.`,
        ],
        facts: [
          { name: 'Role', value: content.role },
          { name: 'Works until', value: at(content.expiresAtMs) },
        ],
        action: { label: 'Accept the invitation', href: content.link },
        foot: 'You do not know them? Then leave this unused; nothing happens without you.',
      }
    case 'receipt':
      return {
        subject: `Receipt: ${amount(content.credits)}`,
        preview: `${money(content.totalMinor, content.currency)}, paid ${at(content.paidAtMs)}.`,
        heading: 'Thank you. Your credits can be used.',
        paragraphs: [`${amount(content.credits)} were added to your balance.`],
        facts: [
          { name: 'Total', value: money(content.totalMinor, content.currency) },
          { name: 'Credits', value: formatCredits(content.credits) },
          { name: 'Paid', value: at(content.paidAtMs) },
          { name: 'Purchase', value: content.purchase },
        ],
        action: { label: 'See the receipt', href: content.link },
        foot: OWN,
      }
    case 'payment_failed':
      return {
        subject: 'A payment did not go through',
        preview: 'Nothing was charged, and no credits were added.',
        heading: 'This payment did not go through',
        paragraphs: ['Nothing was charged, and no credits were added.'],
        facts: [
          { name: 'Reason', value: oneLine(content.reason) },
          { name: 'Purchase', value: content.purchase },
        ],
        action: { label: 'See what happened', href: content.link },
        foot: OWN,
      }
    case 'alert_crossed':
      return {
        subject: `${content.percent}% used: ${oneLine(content.subject)}`,
        preview: `${formatCredits(content.used)} of ${amount(content.limit)} are used.`,
        heading: `${content.percent}% of ${oneLine(content.subject)} is used`,
        paragraphs: [
          content.percent >= 100
            ? 'It is used up. What happens next is on your overview.'
            : 'Nothing is blocked yet. This mail comes once for each threshold.',
        ],
        facts: [
          { name: 'Used', value: amount(content.used) },
          { name: 'Of', value: amount(content.limit) },
          ...(content.resetsAtMs === null ? [] : [{ name: 'Resets', value: at(content.resetsAtMs) }]),
        ],
        action: { label: 'Open the overview', href: content.link },
        foot: OWN,
      }
    case 'webhook_disabled':
      return {
        subject: 'A webhook was switched off',
        preview: 'Nothing got through for three days.',
        heading: 'A webhook was switched off',
        paragraphs: [
          'Nothing got through to it for three days, so nothing is sent there any more. What was missed is in its log and can be sent again.',
        ],
        facts: [{ name: 'Address', value: oneLine(content.url) }],
        action: { label: 'Open webhooks', href: content.link },
        foot: 'You have this mail because you own this customer.',
      }
    case 'auto_top_up':
      return { ...TOP_UP[content.outcome](amount(content.credits)), ...topUpRest(content) }
  }
}

type TopUp = Extract<MailContent, { template: 'auto_top_up' }>

const TOP_UP: Record<
  TopUp['outcome'],
  (credits: string) => Pick<MailWords, 'subject' | 'preview' | 'heading' | 'paragraphs'>
> = {
  credited: (credits) => ({
    subject: `Auto top-up added ${credits}`,
    preview: 'As you agreed, because your balance was low.',
    heading: `${credits} were added`,
    paragraphs: ['Your balance was below the level that you set, so auto top-up bought credits as you agreed.'],
  }),
  failed: (credits) => ({
    subject: 'Auto top-up did not go through',
    preview: 'Nothing was charged, and no credits were added.',
    heading: 'Auto top-up did not go through',
    paragraphs: [`It tried to add ${credits}. Nothing was charged.`],
  }),
  switched_off: () => ({
    subject: 'Auto top-up is off',
    preview: 'It buys nothing until somebody switches it on again.',
    heading: 'Auto top-up was switched off',
    paragraphs: ['It buys nothing until somebody switches it on again.'],
  }),
}

const topUpRest = ({ reason, link }: TopUp): Pick<MailWords, 'facts' | 'action' | 'foot'> => ({
  facts: reason === null ? [] : [{ name: 'Reason', value: oneLine(reason) }],
  action: { label: 'Open credits', href: link },
  foot: OWN,
})

/** What people named: on one line, of a length that a subject bears. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 120)
