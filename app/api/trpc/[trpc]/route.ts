import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { createContext } from '@/api/trpc/context.ts'
import { bodyRefusal } from '@/api/trpc/body-size.ts'
import { appRouter } from '@/api/trpc/router.ts'
import { sameOrigin } from '@/api/trpc/same-origin.ts'

export const dynamic = 'force-dynamic'

const MOST_CALLS_IN_ONE = 20

function handle(request: Request): Promise<Response> | Response {
  if (request.method === 'POST') {
    if (!sameOrigin(request.headers)) return new Response('cross-origin request refused', { status: 403 })
    const refused = bodyRefusal(request)
    if (refused !== null) return refused
  }
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: request,
    router: appRouter,
    createContext,
    maxBatchSize: MOST_CALLS_IN_ONE,
  })
}
export { handle as GET, handle as POST }
