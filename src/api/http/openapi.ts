import { z } from 'zod'
import type { Endpoint } from './endpoint.ts'

type Json = Record<string, unknown>

const problemSchema = {
  type: 'object',
  description: 'RFC 9457. `type` is stable; the page it names says more.',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: ['string', 'null'] },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'problem'],
        properties: { pointer: { type: 'string' }, problem: { type: 'string' } },
      },
    },
  },
} as const

const TAGS: Readonly<Record<string, string>> = {
  decisions: 'Ask how much is allowed, and from where',
  holds: 'Settle, extend or give back what an authorization reserved',
  usage: 'Tell of usage that was decided elsewhere',
  customers: 'Provision customers and see what they may do',
  datasets: 'Usage events, monetization events and balance updates, linked by id',
  policy: 'The rules in force',
  reference: 'About this API',
}

/** OpenAPI 3.1 of the endpoints, from the schemas that check them. */
export function openApiDocument(endpoints: readonly Endpoint[]): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const one of endpoints)
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operation(one, components) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Spillway',
      version: '1.0.0',
      description:
        'One decision for every request, and one explanation for every decision. Amounts are decimal strings of micro-credits, times RFC 3339.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api/v1' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    security: [{ key: [] }],
    paths,
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'A service key, or a customer key about its own customer.',
        },
      },
      schemas: { ...components.all(), Problem: problemSchema },
    },
  }
}

function operation(one: Endpoint, components: Components): Json {
  const parameters = [...pathParameters(one), ...queryParameters(one, components), ...headerParameters(one)]
  const answers = Object.entries(one.answers).map(([status, { description, schema }]) => [
    status,
    answer(Number(status), description, schema, components),
  ])
  return {
    operationId: one.operationId,
    summary: one.summary,
    tags: [one.tag],
    ...(one.scope === null ? { security: [] } : { description: `Scope \`${one.scope}\`.` }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(one.body === null ? {} : { requestBody: { required: true, content: bodyContent(one, components) } }),
    responses: {
      ...Object.fromEntries(answers),
      '4XX': problemAnswer('Refused: see `type`'),
      '5XX': problemAnswer('Not now: see `type` and `Retry-After`'),
    },
  }
}

function bodyContent(one: Endpoint, components: Components): Json {
  const schema = one.body === null ? {} : components.refer(one.body.schema, 'input')
  return Object.fromEntries((one.mediaTypes ?? ['application/json']).map((type) => [type, { schema }]))
}

function answer(status: number, description: string, schema: z.ZodType | null, components: Components): Json {
  if (schema === null)
    return status >= 400 ? problemAnswer(description) : { description, content: { 'application/json': { schema: {} } } }
  return {
    description,
    content: {
      [status >= 400 ? 'application/problem+json' : 'application/json']: { schema: components.refer(schema, 'output') },
    },
  }
}

const problemAnswer = (description: string): Json => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

function pathParameters(one: Endpoint): Json[] {
  return [...one.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters(one: Endpoint, components: Components): Json[] {
  if (one.query === null) return []
  const { properties } = components.inline(one.query) as { properties: Record<string, Json> }
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }))
}

function headerParameters(one: Endpoint): Json[] {
  if (one.idempotency === 'none') return []
  const description = 'Names one intent: the same key and input get the same answer, byte for byte.'
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: one.idempotency === 'required',
      description,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    },
  ]
}

/** Named schemas (`meta({ id })`) are written once and referred to. */
class Components {
  private readonly named = new Map<string, Json>()

  refer(schema: z.ZodType, io: 'input' | 'output'): Json {
    const made = z.toJSONSchema(schema, {
      io,
      target: 'draft-2020-12',
      unrepresentable: 'any',
      reused: 'inline',
    }) as Json
    return this.lift(made, schema)
  }

  inline(schema: z.ZodType): Json {
    return this.refer(schema, 'input')
  }

  all(): Json {
    return Object.fromEntries([...this.named].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  private lift(made: Json, schema: z.ZodType): Json {
    const { $schema: _, $defs, ...rest } = made
    for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, Json>)) this.keep(id, definition)
    const id = z.globalRegistry.get(schema)?.id
    if (id === undefined) return repoint(rest) as Json
    this.keep(id, rest)
    return { $ref: `#/components/schemas/${id}` }
  }

  private keep(id: string, definition: Json): void {
    const { id: _, $schema: __, ...rest } = definition
    if (!this.named.has(id)) this.named.set(id, repoint(rest) as Json)
  }
}

/** References to definitions become references to components; the ids that made them names are dropped. */
function repoint(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(repoint)
  if (node === null || typeof node !== 'object') return node
  const made: Json = {}
  for (const [name, value] of Object.entries(node)) {
    if (name === '$ref' && typeof value === 'string') made['$ref'] = value.replace('#/$defs/', '#/components/schemas/')
    else made[name] = repoint(value)
  }
  return made
}
