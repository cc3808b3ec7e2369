/** Attributes of a CloudEvent in binary mode: `ce-` header fields, percent-encoded; the body is its data. */
export function binaryEvent(headers: NodeJS.Dict<string | string[]>, data: unknown): Record<string, unknown> | null {
  if (headers['ce-specversion'] === undefined) return null
  const event: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(headers)) {
    if (field.startsWith('ce-') && typeof value === 'string') event[field.slice(3)] = decoded(value)
  }
  return { ...event, data }
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
