'use server'
import { TRPCError } from '@trpc/server'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { ZodError } from 'zod'
import { auth } from './auth.ts'
import { caller } from './caller.tsx'
import { engineHolder } from '@/api/trpc/engine-holder.ts'
import { readViewer } from '@/api/trpc/viewer.ts'
import { signInWith } from '@/auth/next.ts'
import { pathOnly } from '@/core/shared/next-path.ts'
import { homeOf } from '@/auth/scope.ts'
import { sessionCookie } from '@/auth/session.ts'
import { PASSWORD_PROBLEMS } from '@/ui/identity/words.ts'

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

/** What a form says after it was sent; null before. */
export interface FormState {
  readonly said: string
  readonly email?: string
}

const text = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

const minutes = (ms: number): string => (ms <= 60_000 ? 'a minute' : `${Math.ceil(ms / 60_000)} minutes`)

export async function signInByPassword(_: FormState | null, form: FormData): Promise<FormState> {
  const email = text(form, 'email')
  const outcome = await signInWith(auth, 'password', { email, password: text(form, 'password') })
  switch (outcome.kind) {
    case 'signed_in':
      return toWhere(text(form, 'next'))
    case 'refused':
      return { said: 'That address and that password do not belong together.', email }
    case 'throttled':
      return {
        said: `Too many attempts. Try again in ${minutes(outcome.retryAfterMs)}, or have a link mailed to you.`,
        email,
      }
    case 'failed':
      return { said: 'Sign-in did not work just now. Nothing is wrong with what you wrote; try again.', email }
  }
}

export async function sendSignInLink(_: FormState | null, form: FormData): Promise<FormState> {
  return sendLink(form, 'sign_in')
}

export async function sendPasswordLink(_: FormState | null, form: FormData): Promise<FormState> {
  return sendLink(form, 'set_password')
}

async function sendLink(form: FormData, purpose: 'sign_in' | 'set_password'): Promise<FormState> {
  const email = text(form, 'email')
  const failed = await saidOf(caller.identity.sendLink({ email, purpose, next: text(form, 'next').slice(0, 500) }))
  if (failed.said !== null) return { said: failed.said, email }
  redirect('/sign-in/check-mail')
}

export async function signInByLink(form: FormData): Promise<void> {
  const token = text(form, 'token')
  const outcome = await signInWith(auth, 'link', { token })
  if (outcome.kind !== 'signed_in') redirect('/sign-in?error=link')
  await toWhere(text(form, 'next'))
}

/** Hands over to the OpenID Connect provider; it is configured or there is no button. */
export async function signInByProvider(form: FormData): Promise<void> {
  if (engineHolder().settings.oidc === null) redirect('/sign-in')
  await auth.signIn('oidc', { redirectTo: pathOnly(text(form, 'next'), '/app') })
}

export async function setPassword(_: FormState | null, form: FormData): Promise<FormState> {
  const password = text(form, 'password')
  const set = await saidOf(caller.identity.setPasswordByLink({ token: text(form, 'token'), password }))
  if (set.said !== null) return { said: set.said }
  if (set.answer.kind === 'refused') return { said: PASSWORD_PROBLEMS[set.answer.why] }
  const outcome = await signInWith(auth, 'password', { email: set.answer.email, password })
  return outcome.kind === 'signed_in' ? toWhere('') : redirect('/sign-in?error=set')
}

/** As who is signed in, or as somebody new, who is signed in with it. */
export async function acceptInvitation(_: FormState | null, form: FormData): Promise<FormState> {
  const password = text(form, 'password')
  const newcomer = form.get('name') === null ? null : { name: text(form, 'name'), password }
  const joined = await saidOf(caller.identity.acceptInvitation({ token: text(form, 'token'), newcomer }))
  if (joined.said !== null) return { said: joined.said }
  const { answer } = joined
  switch (answer.kind) {
    case 'refused':
      return { said: PASSWORD_PROBLEMS[answer.why] }
    case 'for_another':
      return { said: 'This invitation is for another address than the one you are signed in with.' }
    case 'sign_in_first':
      return { said: 'Somebody has this address already: sign in first, then open the link again.' }
    case 'accepted': {
      if (newcomer === null) return redirect('/app')
      const outcome = await signInWith(auth, 'password', { email: answer.email, password })
      return outcome.kind === 'signed_in' ? redirect('/app') : redirect('/sign-in?error=set')
    }
  }
}

export async function chooseCustomer(form: FormData): Promise<void> {
  await caller.identity.choose({ customer: text(form, 'customer') })
  redirect('/app')
}

async function toWhere(next: string): Promise<never> {
  const viewer = await readViewer()
  if (viewer === null) redirect('/sign-in?error=nowhere')
  redirect(pathOnly(next, homeOf(viewer)))
}

/** What a procedure answered, or what it said when it would not. */
async function saidOf<T>(asked: Promise<T>): Promise<{ said: null; answer: T } | { said: string; answer: null }> {
  try {
    return { said: null, answer: await asked }
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error
    if (error.code === 'INTERNAL_SERVER_ERROR')
      return { said: 'That did not work just now. Nothing was changed.', answer: null }
    const said = error.cause instanceof ZodError ? error.cause.issues[0]?.message : error.message
    return { said: said ?? 'That is not possible.', answer: null }
  }
}
