import type { z } from 'zod'
import type { PolicyDocument } from '../../core/policy/document.ts'
import { policyDocumentSchema } from './schema.ts'

/** One mistake: where in the document (`tiers.plus.guards[2].limit`; empty for the whole) and what is wrong. */
export interface ShapeProblem {
  readonly path: string
  readonly message: string
}

export type ReadDocument =
  | { readonly ok: true; readonly document: PolicyDocument }
  | { readonly ok: false; readonly problems: readonly ShapeProblem[] }

const MAX_PROBLEMS = 200

/** Reads parsed JSON as a policy document; every mistake at once, at most 200. Shape only: see `core/policy/validate.ts`. */
export function readDocument(json: unknown): ReadDocument {
  const parsed = policyDocumentSchema.safeParse(json)
  if (parsed.success) return { ok: true, document: parsed.data }
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => flatten(issue, [])).slice(0, MAX_PROBLEMS) }
}

type Issue = z.core.$ZodIssue

function flatten(issue: Issue, above: readonly PropertyKey[]): ShapeProblem[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearestBranch(issue.errors).flatMap((inner) => flatten(inner, path))
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: printPath([...path, key]), message: 'unknown field' }))
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map((inner) => ({ path: printPath(path), message: `name: ${inner.message}` }))
  }
  return [{ path: printPath(path), message: issue.message }]
}

/** Of a union's branches, the one the author most likely meant: its discriminating words match, then fewest mistakes. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const words = (issues: readonly Issue[]) => issues.filter((i) => i.code === 'invalid_value' || isNoBranch(i)).length
  const ranked = [...branches].sort((a, b) => words(a) - words(b) || a.length - b.length)
  return ranked[0] ?? []
}

const isNoBranch = (issue: Issue) => issue.code === 'invalid_union' && issue.errors.length === 0

function printPath(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += text === '' ? String(part) : `.${String(part)}`
  }
  return text
}
