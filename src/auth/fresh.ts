import type { IdentityEngine } from '../services/identity/identity-engine.ts'
import { readSession } from '../services/identity/read-session.ts'
import { type Viewer, viewerOf } from './scope.ts'

/** Who a cookie's token is, read anew: a session that ended or a role that was taken counts from this call on. */
export async function freshViewer(
  engine: IdentityEngine,
  { token, mode }: { readonly token: string | undefined; readonly mode: 'demo' | 'production' },
): Promise<Viewer | null> {
  const view = await readSession(engine, token)
  // A database that served a demo once may serve production later: its personas stay outside.
  if (view === null || (view.session.method === 'demo' && mode !== 'demo')) return null
  return viewerOf(view)
}
