import type { AccessRequest } from '../../core/waterfall/request.ts'

/**
 * A request as text for its fingerprint, equal for equal requests and for no others: each part is led by its length, so
 * that no text of a caller can pass for two parts. What `canonicalJson` does for any input, written out for the one that
 * comes thousands of times a second.
 */
export function requestText(request: AccessRequest, consentNonce: string | null): string {
  const { price, mode, acceptPartial } = request
  return (
    part(request.customer) +
    part(request.subject) +
    part(request.task) +
    part(request.feature) +
    (price.kind === 'usage' ? members(price.usage) : part(`${price.cost}`)) +
    members(request.attributes) +
    part(mode.kind === 'authorize' ? `hold ${mode.ttlMs}` : null) +
    part(acceptPartial === null ? null : `${acceptPartial.minimum}`) +
    part(`${request.includedOnly}`) +
    part(request.maxCredits === null ? null : `${request.maxCredits}`) +
    part(request.consented === null ? null : `${request.consented}`) +
    part(consentNonce)
  )
}

const part = (text: string | null): string => (text === null ? '-' : `${text.length}:${text}`)

/** By name, however the caller ordered them. */
function members(record: Readonly<Record<string, string | number>>): string {
  const names = Object.keys(record)
  const [first, second] = names
  if (names.length > 2 || (names.length === 2 && first! > second!)) names.sort()
  let text = `{${names.length}`
  for (const name of names) text += part(name) + part(`${record[name]}`)
  return text
}
