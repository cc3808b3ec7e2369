import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { request } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { WebhookSender } from '../../ports/webhook-sender.ts'
import { isPublicAddress, literalAddress } from './public-address.ts'

const TIME_LIMIT_MS = 10_000
const ADDRESSES = 20
const URL_CHARACTERS = 2_000

export interface HttpsSenderOptions {
  /** `host:port` that may be private. For tests against a server of their own; production's configuration refuses any. */
  readonly testHosts?: readonly string[]
  /** Certificates to trust beside the system's; for such a server. */
  readonly ca?: string
  /** Resolves a name to all its addresses. */
  readonly lookup?: (name: string, done: (fault: Error | null, addresses: readonly LookupAddress[]) => void) => void
  readonly timeLimitMs?: number
}

const allAddresses: NonNullable<HttpsSenderOptions['lookup']> = (name, done) =>
  systemLookup(name, { all: true, verbatim: true }, done)

/**
 * Sends to public addresses over https only. The name is resolved once, here, every address it has must be public, and the
 * connection goes to what was checked: a name that changes its mind between the check and the connection changes nothing.
 * Redirects are answers, never followed.
 */
export function httpsWebhookSender(options: HttpsSenderOptions = {}): WebhookSender {
  const { testHosts = [], ca, lookup = allAddresses, timeLimitMs = TIME_LIMIT_MS } = options
  const isTestHost = (url: URL): boolean => testHosts.includes(`${url.hostname}:${url.port || '443'}`)

  function refusal(text: string): string | null {
    if (text.length > URL_CHARACTERS) return `Write an address of at most ${URL_CHARACTERS} characters.`
    if (!URL.canParse(text)) return 'Write a whole address, such as https://example.com/hooks.'
    const url = new URL(text)
    if (url.protocol !== 'https:') return 'The address must begin with https://.'
    if (url.username !== '' || url.password !== '') return 'Leave the user and password out of the address.'
    const address = literalAddress(url.hostname)
    // the URL parser has already turned decimal, octal and hexadecimal spellings into the address they mean
    if (address !== null && !isPublicAddress(address) && !isTestHost(url)) return PRIVATE
    return /(^|\.)(localhost|local|internal)\.?$/.test(url.hostname) && !isTestHost(url) ? PRIVATE : null
  }

  return {
    refusal,
    send({ url: text, headers, body }) {
      return new Promise((resolve, reject) => {
        const refused = refusal(text)
        if (refused !== null) return reject(new Error(refused))
        const url = new URL(text)
        const trusted = isTestHost(url)
        const outgoing = request(
          url,
          {
            method: 'POST',
            headers: { ...headers, 'content-length': `${Buffer.byteLength(body)}` },
            agent: false,
            lookup: checkedLookup(lookup, trusted),
            signal: AbortSignal.timeout(timeLimitMs),
            ...(ca === undefined ? {} : { ca }),
          },
          (answer) => {
            // whatever it says beyond its status is not read
            answer.destroy()
            resolve({ status: answer.statusCode ?? 0 })
          },
        )
        outgoing.on('error', reject)
        outgoing.end(body)
      })
    },
  }
}

const PRIVATE = 'The address must be a public one: this leads to a private network or to this machine.'

/** A lookup for one connection: all addresses of the name, or a refusal as soon as one of them is not public. */
function checkedLookup(lookup: NonNullable<HttpsSenderOptions['lookup']>, trusted: boolean): LookupFunction {
  return (name, { all }, done) => {
    lookup(name, (fault, found) => {
      if (fault !== null) return done(fault, '', 0)
      const addresses = found.slice(0, ADDRESSES)
      const [first] = addresses
      if (first === undefined) return done(new Error(`${name} has no address`), '', 0)
      if (!trusted && !found.every(({ address }) => isPublicAddress(address))) return done(new Error(PRIVATE), '', 0)
      if (all === true) done(null, [...addresses])
      else done(null, first.address, first.family)
    })
  }
}
