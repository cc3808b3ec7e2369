import { microOf } from '../alert/credits-text.ts'

/** What a person writes as an amount of this limit, in the digits that the server takes; null when it is none. */
export function readAsked(text: string, kind: 'window' | 'guard' | 'cap'): string | null {
  if (kind !== 'guard') return microOf(text)
  const written = text.trim().replaceAll(',', '')
  return /^[1-9]\d{0,15}$/.test(written) ? written : null
}
