/** As everywhere: what is larger is no input of ours. Without it a route handler reads whatever is sent into memory. */
const LARGEST_BODY = 1_000_000

/**
 * Why a body is not read; null: it may be. Its length has to be said, since the server holds a sender to what it said and
 * to nothing else.
 */
export function bodyRefusal(request: Request): Response | null {
  const said = request.headers.get('content-length')
  if (said === null || !/^\d{1,15}$/.test(said)) return new Response('say the length of the body', { status: 411 })
  return Number(said) > LARGEST_BODY ? new Response('the body is too large', { status: 413 }) : null
}
