import { draw } from '../../src/adapters/conformance/sample.ts'
import { postgresCustomerState } from '../../src/adapters/postgres/customer-state/store.ts'

/** What the parent asks for: one call each, all at once. */
export interface Task {
  readonly url: string
  readonly mark: number
  readonly calls: readonly { readonly customer: string; readonly key: string; readonly amount: number }[]
}

/** Per call: the answer's body, or what kind of result it was instead. */
export type Answers = readonly { readonly key: string; readonly body: string; readonly replayed: boolean }[]

/** Calls in the air at once; the next starts when one has its answer. */
const AT_ONCE = 64

process.once('message', async ({ url, mark, calls }: Task) => {
  const store = postgresCustomerState(url, { awake: 0 })
  const answers: Answers[number][] = []
  let next = 0
  const client = async (): Promise<void> => {
    for (let call = calls[next++]; call !== undefined; call = calls[next++]) {
      const result = await store.transact(call.customer, draw(call.key, BigInt(call.amount), mark))
      const done = result.kind === 'done'
      answers.push({ key: call.key, body: done ? result.reply.body : result.kind, replayed: done && result.replayed })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
  await store.close()
  process.send?.(answers)
})
process.send?.('ready')
