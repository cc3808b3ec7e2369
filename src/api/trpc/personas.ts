import { type Role, ROLES, STAFF_ROLES, type StaffRole } from '../../core/identity/roles.ts'
import { demoAddress } from '../../core/identity/sign-in-rules.ts'
import type { UserId } from '../../core/shared/ids.ts'
import type { Engine } from '../../services/engine.ts'
import { ensurePerson } from '../../services/identity/ensure-person.ts'

/** Someone of the demo world whom a visitor may be. */
export interface Persona {
  /** Their own id. */
  readonly persona: string
  readonly name: string
  readonly role: string
  /** Of the customer they belong to; staff belong to none. */
  readonly externalId: string
  /** Other customers that they are a plain member of, by external id. */
  readonly memberOf?: readonly string[]
  /** What signing in as this one shows, in one line. */
  readonly shows: string
}

export type PersonaCard = Persona & { readonly role: Role; readonly customerName: string; readonly tier: string }

const roleOf = (persona: Persona): Role | null => ROLES.find((role) => role === persona.role) ?? null
const staffRoleOf = (persona: Persona): StaffRole | null => STAFF_ROLES.find((role) => role === persona.role) ?? null

/** The personas of customers that exist in this store. */
export async function personaCards(engine: Engine, personas: readonly Persona[]): Promise<readonly PersonaCard[]> {
  const found = await Promise.all(
    personas.map(async (persona) => {
      const role = roleOf(persona)
      const customer = role === null ? null : await customerOf(engine, persona.externalId)
      if (role === null || customer === null) return null
      const tier = engine.policies.current().tiers.get(customer.tier)?.title ?? customer.tier
      return { ...persona, role, customerName: customer.name, tier }
    }),
  )
  return found.filter((card) => card !== null)
}

/**
 * The user that a persona is, made at their first sign-in; null for an unknown one. Without a password and under an
 * address that no mail reaches: demo mode's one click is the only way in. The caller has made sure of demo mode.
 */
export async function personaUser(engine: Engine, personas: readonly Persona[], name: string): Promise<UserId | null> {
  const persona = personas.find((one) => one.persona === name)
  if (persona === undefined) return null
  const [role, staffRole] = [roleOf(persona), staffRoleOf(persona)]
  const own = role === null ? null : await customerOf(engine, persona.externalId)
  if (staffRole === null && own === null) return null
  const others = await Promise.all((persona.memberOf ?? []).map((externalId) => customerOf(engine, externalId)))
  const user = await ensurePerson(engine, {
    email: demoAddress(persona.persona),
    name: persona.name,
    staffRole,
    memberships: [
      ...(own === null || role === null ? [] : [{ customer: own.id, role }]),
      ...others.flatMap((other) => (other === null ? [] : [{ customer: other.id, role: 'member' as const }])),
    ],
    actor: { kind: 'system', job: 'demo' },
  })
  return user.id
}

async function customerOf(engine: Engine, externalId: string) {
  const page = await engine.readers.customers({ cursor: null, limit: 10, search: externalId })
  return page.items.find((customer) => customer.externalId === externalId) ?? null
}
