import { useSyncExternalStore } from 'react'

/** The list a reader came from, so that `[` and `]` walk through it in its order and with its filter. */
const PLACE = 'spillway.decisionOrder'

export const rememberOrder = (ids: readonly string[]): void => window.sessionStorage.setItem(PLACE, ids.join(' '))

const unchanging = () => () => {}

/** Neighbours in that list; null at its ends, and for whoever came from elsewhere. */
export function useNeighbours(id: string): { newer: string | null; older: string | null } {
  const remembered = useSyncExternalStore(
    unchanging,
    () => window.sessionStorage.getItem(PLACE) ?? '',
    () => '',
  )
  const ids = remembered.split(' ')
  const at = ids.indexOf(id)
  return at < 0 ? { newer: null, older: null } : { newer: ids[at - 1] ?? null, older: ids[at + 1] ?? null }
}
