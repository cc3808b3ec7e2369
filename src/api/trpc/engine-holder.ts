import type { OidcProvider } from '../../auth/config.ts'
import type { KeyId } from '../../core/shared/ids.ts'
import type { Engine } from '../../services/engine.ts'
import type { Persona } from './personas.ts'

/** How this process runs the portal. */
export interface PortalSettings {
  /** `demo`: personas may sign in with one click. `production`: they do not exist. */
  readonly mode: 'demo' | 'production'
  /** Cookies only over https. */
  readonly secureCookies: boolean
  /** Ends open streams, so that the server can leave. */
  readonly drain: AbortSignal | null
  /** Who may be signed in as with one click; looked at in demo mode only. */
  readonly personas: readonly Persona[]
  /** The address that links in mails begin with: as configured, never as a request claims. */
  readonly origin: string
  /** Null: nobody signs in through a provider. */
  readonly oidc: OidcProvider | null
  /** A revoked key is looked up again at its next use here; other processes hear of it within a second. */
  readonly forgetKey: (id: KeyId) => void
  /** Mails that nobody sends are shown to anybody: only on one's own machine, without a mail server. */
  readonly outbox: boolean
}

interface Provided {
  readonly engine: Engine
  readonly settings: PortalSettings
}

const holder = globalThis as typeof globalThis & { __spillwayEngine?: Provided }

const STRICTEST: PortalSettings = {
  mode: 'production',
  secureCookies: true,
  drain: null,
  personas: [],
  origin: 'http://127.0.0.1',
  oidc: null,
  forgetKey: () => {},
  outbox: false,
}

/**
 * Gives the pages their engine. Next bundles modules apart from those of the server that starts it, so the process's
 * global is the one place both see; called once, before Next is prepared. Settings left out are the strictest.
 */
export function provideEngine(engine: Engine, settings: Partial<PortalSettings> = {}): void {
  holder.__spillwayEngine = { engine, settings: { ...STRICTEST, ...settings } }
}

export function engineHolder(): Provided {
  if (!holder.__spillwayEngine) throw new Error('no engine: start the portal with `npm start`, not with `next` alone')
  return holder.__spillwayEngine
}
