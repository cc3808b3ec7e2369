'use server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { engineHolder } from '@/api/trpc/engine-holder.ts'
import { personaViewer } from '@/api/trpc/personas.ts'
import { mintSession, SESSION_MS, sessionCookieName } from '@/auth/session.ts'

/** Signs in as a demo persona. Outside of demo mode, or for an unknown persona, nothing is set. */
export async function signInAsPersona(form: FormData): Promise<void> {
  const { engine, settings } = engineHolder()
  const asked = form.get('persona')
  const viewer =
    settings.mode === 'demo' && typeof asked === 'string' ? await personaViewer(engine, settings.personas, asked) : null
  if (viewer === null) redirect('/?signin=failed')
  const jar = await cookies()
  jar.set(
    sessionCookieName(settings.secureCookies),
    mintSession(viewer, { secret: engine.secret, nowMs: engine.clock.nowMs() }),
    {
      httpOnly: true,
      sameSite: 'lax',
      secure: settings.secureCookies,
      path: '/',
      maxAge: SESSION_MS / 1000,
    },
  )
  redirect('/app')
}

export async function signOut(): Promise<void> {
  const { settings } = engineHolder()
  const jar = await cookies()
  jar.set(sessionCookieName(settings.secureCookies), '', {
    httpOnly: true,
    sameSite: 'lax',
    secure: settings.secureCookies,
    path: '/',
    maxAge: 0,
  })
  redirect('/')
}
