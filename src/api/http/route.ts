import type { Endpoint } from './endpoint.ts'

export const PREFIX = '/api/v1'

export type Route =
  | { readonly kind: 'found'; readonly endpoint: Endpoint; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'wrong_method'; readonly allow: string }
  | { readonly kind: 'unknown' }

interface Compiled {
  readonly segments: readonly string[]
  readonly methods: Map<string, Endpoint>
}

const NO_PARAMS: Readonly<Record<string, string>> = {}

/** Paths without a parameter are found in a map; of the others, the first whose segments match. */
export function routesOf(endpoints: readonly Endpoint[]): (method: string, path: string) => Route {
  const fixed = new Map<string, Compiled>()
  const open: Compiled[] = []
  const all = new Map<string, Compiled>()
  for (const endpoint of endpoints) {
    const path = PREFIX + endpoint.path
    let compiled = all.get(path)
    if (compiled === undefined) {
      compiled = { segments: path.split('/'), methods: new Map() }
      all.set(path, compiled)
      if (path.includes('{')) open.push(compiled)
      else fixed.set(path, compiled)
    }
    compiled.methods.set(endpoint.method, endpoint)
  }

  return (method, path) => {
    const exact = fixed.get(path)
    if (exact !== undefined) return chosen(exact, method, NO_PARAMS)
    const segments = path.split('/')
    for (const compiled of open) {
      const params = match(compiled.segments, segments)
      if (params !== null) return chosen(compiled, method, params)
    }
    return { kind: 'unknown' }
  }
}

function chosen({ methods }: Compiled, method: string, params: Readonly<Record<string, string>>): Route {
  const endpoint = methods.get(method)
  return endpoint === undefined
    ? { kind: 'wrong_method', allow: [...methods.keys()].join(', ') }
    : { kind: 'found', endpoint, params }
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null
  const params: Record<string, string> = {}
  for (let at = 0; at < pattern.length; at++) {
    const expected = pattern[at]!
    const given = segments[at]!
    // ids hold nothing that would be percent-encoded
    if (expected.startsWith('{') && given !== '') params[expected.slice(1, -1)] = given
    else if (expected !== given) return null
  }
  return params
}
