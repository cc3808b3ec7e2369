import type { CustomerId } from '../core/shared/ids.ts'

/** What a mail is about, with all that its text needs. Amounts are micro-credits, prices are minor units of a currency. */
export type MailContent =
  | { readonly template: 'sign_in_link'; readonly link: string; readonly expiresAtMs: number }
  | { readonly template: 'set_password_link'; readonly link: string; readonly expiresAtMs: number }
  | {
      readonly template: 'invitation'
      readonly link: string
      readonly customerName: string
      readonly invitedBy: string
      readonly role: string
      readonly expiresAtMs: number
    }
  | {
      readonly template: 'receipt'
      readonly purchase: string
      readonly credits: bigint
      readonly totalMinor: bigint
      readonly currency: string
      readonly paidAtMs: number
      readonly link: string
    }
  | { readonly template: 'payment_failed'; readonly purchase: string; readonly reason: string; readonly link: string }
  | {
      readonly template: 'alert_crossed'
      readonly subject: string
      readonly percent: number
      readonly used: bigint
      readonly limit: bigint
      readonly resetsAtMs: number | null
      readonly link: string
    }
  | {
      readonly template: 'auto_top_up'
      readonly outcome: 'credited' | 'failed' | 'switched_off'
      readonly credits: bigint
      readonly reason: string | null
      readonly link: string
    }
  | { readonly template: 'webhook_disabled'; readonly url: string; readonly link: string }

export interface MailDraft {
  /** One intent, one mail: a second draft with the same key is dropped. */
  readonly key: string
  readonly to: string
  /** Whose affairs it is about; null: a person's own, such as a sign-in link. */
  readonly customer: CustomerId | null
  readonly content: MailContent
}

/** Takes a mail for delivery; durable when it returns. Sending, with retries, is the mail job's work. */
export interface Mailer {
  queue(draft: MailDraft): Promise<void>
}

/** A mail as it is read. */
export interface RenderedMail {
  readonly subject: string
  readonly html: string
  readonly text: string
}

/** Turns what a mail is about into words; the same content always gives the same mail. */
export interface MailRenderer {
  render(content: MailContent): Promise<RenderedMail>
}

/** The way to a mail server. Throws when it did not take the mail, or when nobody knows whether it did. */
export interface MailTransport {
  /** `id` becomes part of the Message-ID, so that whoever receives it twice can tell. */
  send(mail: RenderedMail & { readonly id: string; readonly to: string }): Promise<void>
}

/** The mail server will never take this one, whoever asks again. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}
