/**
 * The parts of Auth.js that are reached over HTTP. Sessions are ours, so its own ways to read, refresh and end one are
 * not there; pages are ours, so its own pages are not either.
 */
const OPEN: Readonly<Record<string, readonly RegExp[]>> = {
  GET: [/^csrf$/, /^callback\/oidc$/],
  POST: [/^signin\/oidc$/, /^callback\/(password|link|persona)$/],
}

const LARGEST_BODY = 16_384

export function isOpenAction(request: Request): boolean {
  const path = new URL(request.url).pathname.replace(/^\/api\/auth\//, '')
  const length = Number(request.headers.get('content-length') ?? 0)
  const fits = request.method === 'GET' || (length > 0 && length <= LARGEST_BODY)
  return fits && (OPEN[request.method] ?? []).some((one) => one.test(path))
}

/** A refused sign-in as Auth.js answers it, a way back to the page, with the status that it is. */
export async function answered(response: Response): Promise<Response> {
  const led = response.headers.get('location') ?? (await ledByJson(response))
  const code = led === null ? null : new URL(led, 'http://here').searchParams.get('code')
  if (code === null) return response
  const seconds = /^throttled_(\d+)$/.exec(code)?.[1]
  const [status, title, type] =
    seconds === undefined
      ? [401, 'Nobody was recognised.', 'unauthenticated']
      : [429, 'Too many attempts.', 'overloaded']
  return new Response(JSON.stringify({ type: `/docs/problems/${type}`, title, status }), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(seconds !== undefined && { 'retry-after': seconds }),
    },
  })
}

async function ledByJson(response: Response): Promise<string | null> {
  if (!(response.headers.get('content-type') ?? '').includes('json')) return null
  const body: unknown = await response.clone().json()
  const url = (body as { url?: unknown } | null)?.url
  return typeof url === 'string' ? url : null
}
