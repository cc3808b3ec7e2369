import { isId } from '../../../core/shared/ids.ts'
import { isAmountText, isPlainText } from './plain-text.ts'
import type { BatchEntryBody, DecisionRequestBody } from './decision.ts'

const MOST_MEMBERS = 32
const LONGEST_NAME = 64
const LONGEST_VALUE = 256
const LONGEST_SUBJECT = 128
const LONGEST_KEY = 255

/**
 * Recognises a well-formed `POST /decisions` body of the usual members, in a tenth of the time that the schema takes
 * (PERFORMANCE: it is a third of a call's own work). False says nothing: the schema, which is the contract, decides and
 * finds the words. Whatever this accepts the schema accepts too, unchanged; a property test holds the two together.
 */
export function isUsualDecision(value: unknown): value is DecisionRequestBody {
  return isUsual(value, (name, member) => name === 'dryRun' && typeof member === 'boolean')
}

/** The same for an entry of a batch, which has its own key and no dry run. */
export function isUsualEntry(value: unknown): value is BatchEntryBody {
  const named = (name: string, member: unknown): boolean =>
    name === 'idempotencyKey' && isPlainText(member, LONGEST_KEY)
  return isUsual(value, named) && 'idempotencyKey' in value
}

function isUsual(value: unknown, own: (name: string, member: unknown) => boolean): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const body = value as Record<string, unknown>
  for (const name in body) if (!isUsualMember(name, body[name]) && !own(name, body[name])) return false
  if (typeof body['customer'] !== 'string' || typeof body['feature'] !== 'string') return false
  return (body['usage'] === undefined) !== (body['cost'] === undefined)
}

function isUsualMember(name: string, value: unknown): boolean {
  switch (name) {
    case 'customer':
      return typeof value === 'string' && isId(value, 'cus')
    case 'subject':
    case 'task':
      return value === null || isPlainText(value, LONGEST_SUBJECT)
    case 'feature':
      return isPlainText(value, LONGEST_NAME)
    case 'usage':
      return isUsage(value)
    case 'cost':
      return isAmountText(value) && value !== '0'
    case 'attributes':
      return isAttributes(value)
    // a `ttlSeconds` or `minimum` has conditions on its neighbours: left to the schema
    case 'mode':
      return value === 'consume' || value === 'authorize'
    case 'acceptPartial':
    case 'includedOnly':
      return typeof value === 'boolean'
    case 'maxCredits':
      return value === null || isAmountText(value)
    default:
      return false
  }
}

function isUsage(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  let members = 0
  let something = false
  for (const meter in value) {
    const units = (value as Record<string, unknown>)[meter]
    if (!isPlainText(meter, LONGEST_NAME) || !Number.isSafeInteger(units) || (units as number) < 0) return false
    if ((units as number) > 0) something = true
    members++
  }
  return something && members <= MOST_MEMBERS
}

function isAttributes(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  let members = 0
  for (const name in value) {
    const text = (value as Record<string, unknown>)[name]
    if (!isPlainText(name, LONGEST_NAME) || (text !== '' && !isPlainText(text, LONGEST_VALUE))) return false
    members++
  }
  return members <= MOST_MEMBERS
}
