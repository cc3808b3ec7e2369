export interface TransportRequest {
  method: 'GET' | 'POST' | 'PATCH'
  url: string
  headers: Record<string, string>
  body: string | null
  signal: AbortSignal
}

export interface TransportResponse {
  status: number
  /** By lower-case name; null when absent. */
  header(name: string): string | null
  body: string
}

/** One HTTP exchange. Rejects when no complete answer came: connection refused, cut, or the signal. */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>

/** Over the platform's `fetch`; redirects are refused, since they would carry the key elsewhere. */
export const fetchTransport: Transport = async ({ method, url, headers, body, signal }) => {
  const response = await fetch(url, { method, headers, body, signal, redirect: 'error' })
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: await response.text(),
  }
}
