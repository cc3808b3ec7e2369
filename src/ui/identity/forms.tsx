'use client'
import { KeyRound, Mail } from 'lucide-react'
import Link from 'next/link'
import { useActionState } from 'react'
import { Button } from '../primitives/button.tsx'
import { TextField } from '../primitives/field.tsx'
import { Said } from './door.tsx'

interface FormState {
  readonly said: string
  readonly email?: string
}
type Action = (state: FormState | null, form: FormData) => Promise<FormState>

/** Every form below also works before any script has run: it posts to its action, and the page says what came of it. */
export function SignInForm({ signIn, sendLink, next }: { signIn: Action; sendLink: Action; next: string }) {
  const [state, act, pending] = useActionState(signIn, null)
  const [sent, send, sending] = useActionState(sendLink, null)
  const said = sent?.said ?? state?.said
  return (
    <form action={act} className="space-y-4">
      {said && <Said>{said}</Said>}
      <input type="hidden" name="next" value={next} />
      <TextField
        label="E-mail address"
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={sent?.email ?? state?.email ?? ''}
        key={sent?.email ?? state?.email ?? ''}
      />
      <TextField label="Password" name="password" type="password" autoComplete="current-password" required />
      <Button type="submit" tone="primary" className="w-full" disabled={pending || sending}>
        {pending ? 'Signing in' : 'Sign in'}
      </Button>
      <Button type="submit" formAction={send} formNoValidate className="w-full" disabled={pending || sending}>
        <Mail aria-hidden /> {sending ? 'Sending' : 'E-mail me a link instead'}
      </Button>
      <p className="text-center text-13">
        <Link href="/sign-in/forgot" className="text-accent underline-offset-2 hover:underline">
          Forgot your password?
        </Link>
      </p>
    </form>
  )
}

export function ProviderButton({
  signIn,
  name,
  next,
}: {
  signIn: (form: FormData) => Promise<void>
  name: string
  next: string
}) {
  return (
    <form action={signIn}>
      <input type="hidden" name="next" value={next} />
      <Button type="submit" className="w-full">
        <KeyRound aria-hidden /> Continue with {name}
      </Button>
    </form>
  )
}

export function ForgotForm({ send }: { send: Action }) {
  const [state, act, pending] = useActionState(send, null)
  return (
    <form action={act} className="space-y-4">
      {state && <Said>{state.said}</Said>}
      <TextField label="E-mail address" name="email" type="email" autoComplete="username" required />
      <Button type="submit" tone="primary" className="w-full" disabled={pending}>
        E-mail me a link
      </Button>
    </form>
  )
}

const PASSWORD_HINT = 'At least 12 characters. A short sentence is a good one.'

export function SetPasswordForm({ set, token, email }: { set: Action; token: string; email: string }) {
  const [state, act, pending] = useActionState(set, null)
  return (
    <form action={act} className="space-y-4">
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="username" autoComplete="username" value={email} />
      <TextField
        label="New password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint={PASSWORD_HINT}
        error={state?.said ?? null}
      />
      <Button type="submit" tone="primary" className="w-full" disabled={pending}>
        Set it and sign in
      </Button>
    </form>
  )
}

/** For somebody signed in it is one click; somebody new sets a name and a password. */
export function AcceptForm({ accept, token, newcomer }: { accept: Action; token: string; newcomer: boolean }) {
  const [state, act, pending] = useActionState(accept, null)
  return (
    <form action={act} className="space-y-4">
      <input type="hidden" name="token" value={token} />
      {state && <Said>{state.said}</Said>}
      {newcomer && (
        <>
          <TextField label="Your name" name="name" autoComplete="name" required maxLength={100} />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="new-password"
            required
            hint={PASSWORD_HINT}
          />
        </>
      )}
      <Button type="submit" tone="primary" className="w-full" disabled={pending}>
        Accept the invitation
      </Button>
    </form>
  )
}
