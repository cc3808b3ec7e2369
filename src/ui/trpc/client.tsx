'use client'
import { type QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { createTRPCClient, httpBatchStreamLink, httpSubscriptionLink, splitLink } from '@trpc/client'
import type { inferRouterOutputs } from '@trpc/server'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { type ReactNode, useState } from 'react'
import type { AppRouter } from '../../api/trpc/router.ts'
import { wire } from '../../core/shared/wire.ts'
import { makeQueryClient } from './query-client.ts'

export type Outputs = inferRouterOutputs<AppRouter>
export const { TRPCProvider, useTRPC } = createTRPCContext<AppRouter>()

let browserClient: QueryClient | undefined
const queryClient = () => (typeof window === 'undefined' ? makeQueryClient() : (browserClient ??= makeQueryClient()))

/** On the server the hooks only read what was prefetched, so the address is never called there. */
const url = () => `${typeof window === 'undefined' ? 'http://127.0.0.1' : window.location.origin}/api/trpc`

export function TRPCReactProvider({ children }: { children: ReactNode }) {
  const client = queryClient()
  const [trpcClient] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [
        splitLink({
          condition: (op) => op.type === 'subscription',
          true: httpSubscriptionLink({ url: url(), transformer: wire }),
          false: httpBatchStreamLink({ url: url(), transformer: wire, maxItems: 20 }),
        }),
      ],
    }),
  )
  return (
    <QueryClientProvider client={client}>
      <TRPCProvider trpcClient={trpcClient} queryClient={client}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  )
}
