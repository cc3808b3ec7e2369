import type { NextRequest } from 'next/server'
import { auth } from '../../../auth.ts'
import { sameOrigin } from '@/api/trpc/same-origin.ts'
import { answered, isOpenAction } from '@/auth/route.ts'

export const dynamic = 'force-dynamic'

export async function GET(request: NextRequest): Promise<Response> {
  if (!isOpenAction(request)) return new Response(null, { status: 404 })
  return auth.handlers.GET(request)
}

export async function POST(request: NextRequest): Promise<Response> {
  if (!isOpenAction(request)) return new Response(null, { status: 404 })
  if (!sameOrigin(request.headers)) return new Response('cross-origin request refused', { status: 403 })
  return answered(await auth.handlers.POST(request))
}
