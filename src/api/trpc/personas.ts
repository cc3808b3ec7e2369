import { type Role, ROLES, type Viewer } from '../../auth/scope.ts'
import type { Engine } from '../../services/engine.ts'

/** Someone of the demo world whom a visitor may be. */
export interface Persona {
  /** Their own id. */
  readonly persona: string
  readonly name: string
  readonly role: string
  /** Of the customer they belong to. */
  readonly externalId: string
  /** What signing in as this one shows, in one line. */
  readonly shows: string
}

type CustomerPersona = Persona & { readonly role: Role }

export type PersonaCard = CustomerPersona & { readonly customerName: string; readonly tier: string }

/** Staff have no pages of their own yet, so nobody may be signed in as one of them. */
const isOfCustomer = (persona: Persona): persona is CustomerPersona =>
  (ROLES as readonly string[]).includes(persona.role)

/** The personas whose customer exists in this store. */
export async function personaCards(engine: Engine, personas: readonly Persona[]): Promise<readonly PersonaCard[]> {
  const found = await Promise.all(
    personas.filter(isOfCustomer).map(async (persona) => {
      const customer = await customerOf(engine, persona)
      if (customer === null) return null
      const tier = engine.policies.current().tiers.get(customer.tier)?.title ?? customer.tier
      return { ...persona, customerName: customer.name, tier }
    }),
  )
  return found.filter((card) => card !== null)
}

/** The viewer that a persona is; null for an unknown one. The caller has made sure of demo mode. */
export async function personaViewer(
  engine: Engine,
  personas: readonly Persona[],
  name: string,
): Promise<Viewer | null> {
  const persona = personas.filter(isOfCustomer).find((one) => one.persona === name)
  const customer = persona === undefined ? null : await customerOf(engine, persona)
  if (persona === undefined || customer === null) return null
  return {
    id: `demo:${persona.persona}`,
    name: persona.name,
    role: persona.role,
    customer: customer.id,
    signedInBy: 'demo',
  }
}

async function customerOf(engine: Engine, persona: Persona) {
  const page = await engine.readers.customers({ cursor: null, limit: 10, search: persona.externalId })
  return page.items.find((customer) => customer.externalId === persona.externalId) ?? null
}
