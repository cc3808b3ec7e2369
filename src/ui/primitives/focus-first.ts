'use client'
import { type RefObject, useEffect, useRef } from 'react'

/** Puts the cursor into the first field of a form that somebody asked for: the button that opened it is gone. */
export function useFocusFirst(): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea, select')?.focus(), [])
  return form
}
