import type { z } from 'zod'
import type { FieldError } from './answer.ts'
import { fieldErrors } from './field-errors.ts'
import { type JsonFlaw, jsonPointer } from './strict-json.ts'

/** One of several inputs in a body. `path` leads to it. */
export interface Entry {
  readonly value: unknown
  readonly path: readonly (string | number)[]
  readonly flaws: readonly JsonFlaw[]
}

export type EntriesReading =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly errors: readonly FieldError[] }

const NO_FLAWS: readonly JsonFlaw[] = []

/** Takes a body apart into entries with the flaws of each; `member`: the only member of the body, null when it is the list. */
export function entriesOf(
  body: unknown,
  flaws: readonly JsonFlaw[],
  { member, most }: { member: string | null; most: number },
): EntriesReading {
  const above = member === null ? [] : [member]
  const pointer = jsonPointer(above)
  const refuse = (problem: string, at = pointer): EntriesReading => ({ ok: false, errors: [{ pointer: at, problem }] })
  if (member !== null && (typeof body !== 'object' || body === null || Array.isArray(body)))
    return refuse('expected an object', '')
  const list: unknown = member === null ? body : (body as Record<string, unknown>)[member]
  const unknown = member === null ? undefined : Object.keys(body as object).find((name) => name !== member)
  if (unknown !== undefined) return refuse('unknown field', jsonPointer([unknown]))
  if (!Array.isArray(list)) return refuse('expected a list')
  if (list.length === 0 || list.length > most) return refuse(`1 to ${most} entries`)

  const own = new Map<number, JsonFlaw[]>()
  for (const flaw of flaws) {
    const index = flaw.path[above.length]
    if (typeof index !== 'number') return refuse(flaw.problem, jsonPointer(flaw.path))
    const known = own.get(index)
    if (known === undefined) own.set(index, [flaw])
    else known.push(flaw)
  }
  return {
    ok: true,
    entries: list.map((value: unknown, index) => ({
      value,
      path: [...above, index],
      flaws: own.get(index) ?? NO_FLAWS,
    })),
  }
}

/** What is wrong with an entry, with pointers from the root of the body. */
export function entryErrors(entry: Entry, issues: readonly z.core.$ZodIssue[] = []): readonly FieldError[] {
  return [
    ...entry.flaws.map(({ path, problem }) => ({ pointer: jsonPointer(path), problem })),
    ...fieldErrors(issues, entry.path),
  ]
}
