'use client'
import { useSyncExternalStore } from 'react'

const PLACE = 'spillway.singleKeys'
const listeners = new Set<() => void>()

/** Whether single letters act. People who dictate, or whose keys repeat, can switch them off. */
export const useSingleKeys = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => window.localStorage.getItem(PLACE) !== 'off',
    () => true,
  )

export function setSingleKeys(on: boolean): void {
  window.localStorage.setItem(PLACE, on ? 'on' : 'off')
  for (const listener of listeners) listener()
}
