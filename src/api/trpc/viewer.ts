import 'server-only'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { engineHolder } from './engine-holder.ts'
import type { Viewer } from '../../auth/scope.ts'
import { readSession, sessionCookieName } from '../../auth/session.ts'

/** Who is signed in on this request; null for nobody. Read once per request. */
export const currentViewer = cache(async (): Promise<Viewer | null> => {
  const { engine, settings } = engineHolder()
  const jar = await cookies()
  const token = jar.get(sessionCookieName(settings.secureCookies))?.value
  return readSession(token, { secret: engine.secret, nowMs: engine.clock.nowMs(), demo: settings.mode === 'demo' })
})

/** The gate of every page behind sign-in: sends everybody else to the front page. */
export async function requireViewer(): Promise<Viewer> {
  return (await currentViewer()) ?? redirect('/?signin=needed')
}
