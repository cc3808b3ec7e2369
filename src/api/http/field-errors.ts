import type { z } from 'zod'
import type { FieldError } from './answer.ts'
import { jsonPointer } from './strict-json.ts'

type Issue = z.core.$ZodIssue
const ERRORS_BOUND = 100

/** Every mistake of a parsed body with its pointer, at most 100. */
export function fieldErrors(issues: readonly Issue[], above: readonly PropertyKey[] = []): readonly FieldError[] {
  return issues.flatMap((issue) => flatten(issue, above)).slice(0, ERRORS_BOUND)
}

function flatten(issue: Issue, above: readonly PropertyKey[]): readonly FieldError[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((name) => ({ pointer: jsonPointer([...path, name]), problem: 'unknown field' }))
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => ({ pointer: jsonPointer(path), problem: `name: ${inner.message}` }))
  if (issue.code === 'invalid_union') {
    const [nearest] = [...issue.errors].sort((a, b) => a.length - b.length)
    if (nearest !== undefined && nearest.length > 0) return nearest.flatMap((inner) => flatten(inner, path))
  }
  return [{ pointer: jsonPointer(path), problem: issue.message }]
}
