import { isDemoAddress } from '../core/identity/sign-in-rules.ts'
import type { IdentityEngine } from '../services/identity/identity-engine.ts'
import { readSession } from '../services/identity/read-session.ts'
import { type Viewer, viewerOf } from './scope.ts'

/** Who a cookie's token is, read anew: a session that ended or a role that was taken counts from this call on. */
export async function freshViewer(
  engine: IdentityEngine,
  { token, mode }: { readonly token: string | undefined; readonly mode: 'demo' | 'production' },
): Promise<Viewer | null> {
  const view = await readSession(engine, token)
  if (view === null) return null
  // A database that served a demo once may serve production later: its personas stay outside, with whatever they sign in.
  if (mode !== 'demo' && (view.session.method === 'demo' || isDemoAddress(view.user.email))) return null
  return viewerOf(view)
}
