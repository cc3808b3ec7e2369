'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => {}
const isApple = () => /Mac|iPhone|iPad/.test(navigator.userAgent)

/** What the key beside the space bar is called where the reader sits. The server cannot know and says Ctrl. */
export const useModKey = (): string => (useSyncExternalStore(never, isApple, () => false) ? '\u2318' : 'Ctrl')
