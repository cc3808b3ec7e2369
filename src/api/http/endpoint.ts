import type { z } from 'zod'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { ApiKey, Scope } from '../../ports/key-store.ts'
import type { Actor } from '../../ports/audit-log.ts'
import type { Engine } from '../../services/engine.ts'
import type { Answer } from './answer.ts'
import type { JsonFlaw } from './strict-json.ts'

/** What an endpoint is told of one call, all of it checked. */
export interface Call<Body = unknown, Query = unknown> {
  readonly engine: Engine
  /** Who asks; proven. */
  readonly key: ApiKey
  readonly params: Readonly<Record<string, string>>
  readonly query: Query
  readonly body: Body
  /** Never null where the endpoint requires one. */
  readonly idempotencyKey: string | null
  readonly contentType: string
  readonly headers: NodeJS.Dict<string | string[]>
  /** Flaws in the text of a body that is checked entry by entry. */
  readonly flaws: readonly JsonFlaw[]
  readonly observe: Observe
  /** Turns a fault of the store into its answer, for one entry of several. */
  guarded<T>(run: () => Promise<T>): Promise<T | { readonly answer: Answer; readonly replayed: false }>
}

/** What the engine's operators count. */
export interface Observe {
  decision(decision: {
    readonly outcome: string
    readonly layer: string
    readonly reason: string | null
    readonly replayed: boolean
  }): void
}

export type BodyContract<Body> =
  | {
      readonly kind: 'checked'
      readonly schema: z.ZodType<Body>
      /** Recognises most good bodies faster than the schema; false says nothing. */
      readonly recognise?: (value: unknown) => value is Body
    }
  /** The endpoint checks each entry itself; `schema` describes them. */
  | { readonly kind: 'entries'; readonly schema: z.ZodType }

export interface Documented {
  readonly description: string
  /** Null: no body, or a problem. */
  readonly schema: z.ZodType | null
}

export interface Endpoint<Body = unknown, Query = unknown> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  /** Under `/api/v1`; `{id}` is a parameter. */
  readonly path: string
  readonly operationId: string
  readonly summary: string
  readonly tag: string
  /** Null: anyone may ask, without a credential. */
  readonly scope: Scope | null
  readonly idempotency: 'required' | 'optional' | 'none'
  readonly body: BodyContract<Body> | null
  readonly mediaTypes?: readonly string[]
  readonly query: z.ZodType<Query> | null
  readonly answers: Readonly<Record<number, Documented>>
  run(call: Call<Body, Query>): Promise<Answer> | Answer
}

/** Keeps the types of body and query together while an endpoint is written, and forgets them for the table. */
export function endpoint<Body = null, Query = null>(made: Endpoint<Body, Query>): Endpoint {
  return made as unknown as Endpoint
}

/** A customer key sees only its own customer; everything else is to it as if it were not there. */
export const mayAsk = (key: ApiKey, customer: CustomerId): boolean => key.customer === null || key.customer === customer

export const actorOf = (key: ApiKey): Actor => ({ kind: 'key', id: key.id })
