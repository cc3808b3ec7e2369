/** The way out to a customer's server. */
export interface WebhookSender {
  /** Why this address can never be one, as a sentence; null when it may be. What its name resolves to is seen at sending. */
  refusal(url: string): string | null
  /** One attempt, without following anywhere. Throws when there was no answer, or when the way leads to no public address. */
  send(request: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }): Promise<{ readonly status: number }>
}
