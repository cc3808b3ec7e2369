import { faultOf, unavailable } from './customer-state/faults.ts'

type Method = (...values: never[]) => Promise<unknown>

/** The same port, whose faults of the database or the way to it are thrown as StoreUnavailable. */
export function answering<T extends { [name in keyof T]: Method }>(port: T): T {
  const wrapped = Object.entries<Method>(port).map(([name, method]) => [
    name,
    async (...values: never[]) => {
      try {
        return await method(...values)
      } catch (error) {
        throw faultOf(error) === 'refused' ? error : unavailable(error)
      }
    },
  ])
  return Object.fromEntries(wrapped) as T
}
