import 'server-only'
import { currentViewer } from './viewer.ts'
import { engineHolder } from './engine-holder.ts'
import type { Context } from './init.ts'

export function createContext(): Context {
  const { engine, settings } = engineHolder()
  return { engine, settings, viewer: currentViewer }
}
