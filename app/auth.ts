import 'server-only'
import { engineHolder } from '@/api/trpc/engine-holder.ts'
import { personaUser } from '@/api/trpc/personas.ts'
import { nextAuth } from '@/auth/next.ts'

/** Auth.js over this process's engine. Personas exist in demo mode only: in production there is no such provider. */
export const auth = nextAuth(() => {
  const { engine, settings } = engineHolder()
  const { mode, secureCookies, oidc, personas } = settings
  const persona = mode === 'demo' ? (name: string) => personaUser(engine, personas, name) : null
  return { engine, settings: { secret: engine.secret, secureCookies, oidc, persona } }
})
