/**
 * The named people of the demo world. External ids are fixed, so that the portal finds a persona's customer by it; a
 * person's own id is `persona`. Staff belong to a customer too: the demo's own house.
 */
export interface Persona {
  readonly persona: string
  /** The person. */
  readonly name: string
  readonly role: 'owner' | 'billing' | 'member' | 'admin' | 'support' | 'auditor'
  /** Of the customer they belong to. */
  readonly externalId: string
  /** Other customers that they are a plain member of, by external id. */
  readonly memberOf?: readonly string[]
  /** What signing in as this one shows, in one line. */
  readonly shows: string
}

export const PERSONAS = [
  {
    persona: 'ada',
    name: 'Ada Lindqvist',
    role: 'owner',
    externalId: 'demo-ada',
    shows: 'Plus: the 5-hour window is nearly used up; a promotion takes over, then credits if she agrees',
  },
  {
    persona: 'ben',
    name: 'Ben Okafor',
    role: 'owner',
    externalId: 'demo-ben',
    shows: 'Free: blocked right now, with the time at which the window comes back',
  },
  {
    persona: 'noor',
    name: 'Noor Haddad',
    role: 'owner',
    externalId: 'demo-halden',
    memberOf: ['demo-meridian'],
    shows: 'Pro team with four keys: bought credits are asked for before they are drawn',
  },
  {
    persona: 'mira',
    name: 'Mira Costa',
    role: 'owner',
    externalId: 'demo-mira',
    shows: 'Plus: video with a daily window, long holds and credits without asking',
  },
  {
    persona: 'jonas',
    name: 'Jonas Weber',
    role: 'owner',
    externalId: 'demo-jonas',
    shows: 'Plus: consent is on, but the last credits are gone',
  },
  {
    persona: 'priya',
    name: 'Priya Raman',
    role: 'billing',
    externalId: 'demo-meridian',
    shows: 'Enterprise: a contract pool for many members, with a spend cap per member',
  },
  {
    persona: 'ines',
    name: 'Ines Moreau',
    role: 'admin',
    externalId: 'demo-house',
    shows: 'Staff: policy, customers, limits',
  },
  {
    persona: 'tomas',
    name: 'Tomas Novak',
    role: 'support',
    externalId: 'demo-house',
    shows: 'Staff: answers "why was I blocked?"',
  },
  {
    persona: 'ruth',
    name: 'Ruth Adler',
    role: 'auditor',
    externalId: 'demo-house',
    shows: 'Staff: proves that every charge is right',
  },
] as const satisfies readonly Persona[]
