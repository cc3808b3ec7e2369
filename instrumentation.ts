/** Errors that reach Next itself: one line each, without the request's headers or cookies. */
export function onRequestError(error: unknown, request: { path: string; method: string }): void {
  const said =
    error instanceof Error
      ? { message: error.message, digest: (error as Error & { digest?: string }).digest ?? null, stack: error.stack }
      : { message: String(error) }
  console.error(
    JSON.stringify({ level: 'error', at: 'page', method: request.method, path: pathOf(request.path), ...said }),
  )
}

/** Without the query, and without the token of a link: whoever reads a log must not be able to use it. */
const pathOf = (path: string): string => (path.split('?')[0] ?? '').replace(/\/[\w-]{43}(?=\/|$)/g, '/…')
