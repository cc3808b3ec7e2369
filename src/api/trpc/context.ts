import 'server-only'
import { headers } from 'next/headers'
import { addressOf } from '../../auth/session.ts'
import { engineHolder } from './engine-holder.ts'
import type { Context } from './init.ts'
import { readViewer } from './viewer.ts'

/** One a request: who is signed in is read once, by the first procedure that asks. */
export function createContext(): Context {
  const { engine, settings } = engineHolder()
  let viewer: ReturnType<Context['viewer']> | undefined
  return {
    engine,
    settings,
    viewer: () => (viewer ??= readViewer()),
    viewerNow: readViewer,
    address: async () => addressOf(await headers()),
  }
}
