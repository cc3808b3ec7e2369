import type { MailingEngine } from '../../services/identity/identity-engine.ts'
import type { Context } from './init.ts'

/** The engine with the configured address that links in its mails begin with. */
export const mailing = ({ engine, settings }: Pick<Context, 'engine' | 'settings'>): MailingEngine => ({
  ...engine,
  origin: settings.origin,
})
