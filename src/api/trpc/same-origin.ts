/** True when a browser says that one of our own pages sent this. A request without `Origin` came from no page, or hides it. */
export function sameOrigin(headers: Headers): boolean {
  const origin = headers.get('origin')
  const host = headers.get('host')
  if (origin === null || host === null) return false
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
