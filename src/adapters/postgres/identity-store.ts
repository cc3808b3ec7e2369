import type { Pool } from 'pg'
import type { IdentityStore } from '../../ports/identity-store.ts'
import { answering } from './answering.ts'
import { links } from './identity/links.ts'
import { members } from './identity/members.ts'
import { people } from './identity/people.ts'
import { sessions } from './identity/sessions.ts'

export function postgresIdentityStore(pool: Pool): IdentityStore {
  return answering({
    ...people(pool),
    ...sessions(pool),
    ...members(pool),
    ...links(pool),
  } satisfies IdentityStore)
}
