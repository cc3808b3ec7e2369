import type { z } from 'zod'
import type { Page, PageQuery } from '../../../ports/readers.ts'
import { isId } from '../../../core/shared/ids.ts'
import { type Answer, invalid, json } from '../answer.ts'
import {
  balanceUpdatesPage,
  balanceUpdatesQuery,
  monetizationEventsPage,
  monetizationEventsQuery,
  usageEventsPage,
  usageEventsQuery,
} from '../contracts/dataset.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { type Call, endpoint, mayAsk } from '../endpoint.ts'
import { unknownCustomer } from '../not-done.ts'
import { balanceUpdateMember, monetizationEventMember, usageEventMember } from './dataset-members.ts'

const DEFAULT_LIMIT = 50
const common = { method: 'GET', tag: 'datasets', scope: 'read', idempotency: 'none', body: null } as const

export const usageEvents = endpoint<null, z.infer<typeof usageEventsQuery>>({
  ...common,
  path: '/customers/{id}/usage-events',
  operationId: 'listUsageEvents',
  summary: 'What the customer did, newest first',
  query: usageEventsQuery,
  answers: { 200: { description: 'A page', schema: usageEventsPage } },
  run(call) {
    const { id, decision } = call.query
    const only = { ...(id === undefined ? {} : { id }), ...(decision === undefined ? {} : { decision }) }
    return pageOf(
      call,
      'usage-events',
      (page) => call.engine.readers.usageEvents({ ...page, ...only }),
      usageEventMember,
    )
  },
})

export const monetizationEvents = endpoint<null, z.infer<typeof monetizationEventsQuery>>({
  ...common,
  path: '/customers/{id}/monetization-events',
  operationId: 'listMonetizationEvents',
  summary: 'What is charged for each usage event, newest first',
  query: monetizationEventsQuery,
  answers: { 200: { description: 'A page', schema: monetizationEventsPage } },
  run(call) {
    const { usageEvent } = call.query
    const only = usageEvent === undefined ? {} : { usageEvent }
    return pageOf(
      call,
      'monetization-events',
      (page) => call.engine.readers.monetizationEvents({ ...page, ...only }),
      monetizationEventMember,
    )
  },
})

export const balanceUpdates = endpoint<null, z.infer<typeof balanceUpdatesQuery>>({
  ...common,
  path: '/customers/{id}/balance-updates',
  operationId: 'listBalanceUpdates',
  summary: 'Every change of every grant, newest first',
  query: balanceUpdatesQuery,
  answers: { 200: { description: 'A page', schema: balanceUpdatesPage } },
  run(call) {
    const { grant } = call.query
    const only = grant === undefined ? {} : { grant }
    return pageOf(
      call,
      'balance-updates',
      (page) => call.engine.readers.balanceUpdates({ ...page, ...only }),
      balanceUpdateMember,
    )
  },
})

type PagedCall = Call<null, { cursor?: string | undefined; limit?: string | undefined }>

async function pageOf<T>(
  call: PagedCall,
  dataset: string,
  read: (page: PageQuery) => Promise<Page<T>>,
  member: (item: T) => unknown,
): Promise<Answer> {
  const { engine, key, params, query } = call
  const customer = params['id'] ?? ''
  if (!isId(customer, 'cus') || !mayAsk(key, customer)) return unknownCustomer()
  const list = `${dataset}/${customer}`
  const cursor = query.cursor === undefined ? null : openCursor(query.cursor, list, engine.secret)
  if (query.cursor !== undefined && cursor === null) return invalid('?cursor', 'not a cursor of this list')
  const page = await read({ customer, cursor, limit: query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit) })
  if (page.items.length === 0 && cursor === null && (await engine.readers.customer(customer)) === null)
    return unknownCustomer()
  return json(200, { items: page.items.map(member), nextCursor: sealCursor(page.nextCursor, list, engine.secret) })
}
