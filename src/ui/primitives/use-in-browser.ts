'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => {}

/** False on the server and until the page answers to clicks, then true. */
export const useInBrowser = (): boolean =>
  useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
