import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { caller } from '../../caller.tsx'
import { sendSignInLink, signInByPassword, signInByProvider } from '../../sign-in.ts'
import { currentViewer } from '@/api/trpc/viewer.ts'
import { homeOf } from '@/auth/scope.ts'
import { pathOnly } from '@/core/shared/next-path.ts'
import { Door, Said } from '@/ui/identity/door.tsx'
import { ProviderButton, SignInForm } from '@/ui/identity/forms.tsx'
import { SIGN_IN_ERRORS } from '@/ui/identity/words.ts'

export const metadata: Metadata = { title: 'Sign in' }
export const dynamic = 'force-dynamic'

interface Asked {
  searchParams: Promise<{ next?: string | string[]; error?: string | string[] }>
}

export default async function SignInPage({ searchParams }: Asked) {
  const [{ next, error }, viewer, methods] = await Promise.all([
    searchParams,
    currentViewer(),
    caller.identity.methods(),
  ])
  const onwards = typeof next === 'string' ? pathOnly(next, '') : ''
  if (viewer !== null) redirect(pathOnly(onwards, homeOf(viewer)))
  const said =
    typeof error === 'string'
      ? (SIGN_IN_ERRORS[error] ?? 'Sign-in did not work. Nothing was changed; try again.')
      : null
  return (
    <Door title="Sign in" note={onwards === '' ? undefined : 'That page belongs to somebody; say who you are first.'}>
      {said !== null && (
        <div className="mb-4">
          <Said tone={error === 'set' ? 'plain' : 'bad'}>{said}</Said>
        </div>
      )}
      <SignInForm signIn={signInByPassword} sendLink={sendSignInLink} next={onwards} />
      {methods.provider !== null && (
        <>
          <p className="my-5 flex items-center gap-3 text-13 text-ink-3 before:h-px before:grow before:bg-line after:h-px after:grow after:bg-line">
            or
          </p>
          <ProviderButton signIn={signInByProvider} name={methods.provider} next={onwards} />
        </>
      )}
      <p className="mt-8 border-line border-t pt-5 text-13 text-ink-3">
        {methods.demo ? (
          <>
            This is a demo:{' '}
            <Link href="/#personas" className="text-accent underline underline-offset-2">
              look at it as somebody
            </Link>{' '}
            with one click instead.
          </>
        ) : (
          'No account? An owner of your team invites you by e-mail.'
        )}
      </p>
    </Door>
  )
}
