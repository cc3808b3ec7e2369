import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { provideEngine } from '../api/trpc/engine-holder.ts'
import type { Engine } from '../services/engine.ts'
import type { KeyAuthenticator } from '../services/key/authenticate.ts'
import { PERSONAS } from '../simulator/personas.ts'
import type { Config } from './config.ts'
import type { Endings } from './endings.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Pages {
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>
}

/**
 * Loads the portal on this server. That keeps the process busy for a while, so it is done before anything waits for
 * answers of a database; `provide` gives the pages their engine before the first one is asked for.
 */
export async function preparePages(config: Config, server: Server, endings: Endings): Promise<Pages> {
  // loaded here and not above: a process without pages starts in a fraction of the time
  const { default: next } = await import('next')
  const pages = next({ dev: config.dev, dir: ROOT, hostname: config.host, port: config.port, httpServer: server })
  await pages.prepare()
  endings.add('pages', () => pages.close())
  return { answer: pages.getRequestHandler() }
}

export function provide(
  config: Config,
  running: {
    readonly engine: Engine
    readonly authenticator: KeyAuthenticator
    readonly drain: AbortSignal
    readonly address: string
  },
): void {
  provideEngine(running.engine, {
    mode: config.mode,
    secureCookies: config.mode === 'production' || running.address.startsWith('https:'),
    drain: running.drain,
    personas: config.mode === 'demo' ? PERSONAS : [],
    origin: new URL(running.address).origin,
    oidc: config.oidc,
    outbox: config.mode === 'demo' && config.smtp === null,
    forgetKey: (id) => running.authenticator.forget(id),
  })
}
