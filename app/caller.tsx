import 'server-only'
import { dehydrate, HydrationBoundary } from '@tanstack/react-query'
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query'
import { cache, type ReactNode } from 'react'
import { makeQueryClient } from '@/ui/trpc/query-client.ts'
import { createContext } from '@/api/trpc/context.ts'
import { createCallerFactory } from '@/api/trpc/init.ts'
import { appRouter } from '@/api/trpc/router.ts'

export const getQueryClient = cache(makeQueryClient)
const context = cache(createContext)

/** Query options that run the procedure in this process. */
export const trpc = createTRPCOptionsProxy({ ctx: context, router: appRouter, queryClient: getQueryClient })

/** The procedures, for server components: same gate, same answers as over HTTP. */
export const caller = createCallerFactory(appRouter)(context)

/** Hands what was prefetched on to the hooks below, also what is still on its way. */
export const Hydrate = ({ children }: { children: ReactNode }) => (
  <HydrationBoundary state={dehydrate(getQueryClient())}>{children}</HydrationBoundary>
)
