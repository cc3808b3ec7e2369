'use server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { auth } from './auth.ts'
import { caller } from './caller.tsx'
import { engineHolder } from '@/api/trpc/engine-holder.ts'
import { readViewer } from '@/api/trpc/viewer.ts'
import { signInWith } from '@/auth/next.ts'
import { homeOf } from '@/auth/scope.ts'
import { sessionCookie } from '@/auth/session.ts'

/** Signs in as a demo persona. Outside of demo mode, or for an unknown persona, nothing is set. */
export async function signInAsPersona(form: FormData): Promise<void> {
  const { settings } = engineHolder()
  const asked = form.get('persona')
  if (settings.mode !== 'demo' || typeof asked !== 'string') redirect('/?signin=failed')
  const outcome = await signInWith(auth, 'persona', { persona: asked })
  if (outcome.kind !== 'signed_in') redirect('/?signin=failed')
  const viewer = await readViewer()
  redirect(viewer === null ? '/?signin=failed' : homeOf(viewer))
}

/** Ends the session where it is kept, and then takes it out of the browser. */
export async function signOut(): Promise<void> {
  const { settings } = engineHolder()
  if ((await readViewer()) !== null) await caller.identity.signOut()
  const { name, options } = sessionCookie(settings.secureCookies)
  const jar = await cookies()
  jar.set(name, '', { ...options, maxAge: 0 })
  redirect('/')
}
