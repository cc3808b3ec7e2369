import { defaultShouldDehydrateQuery, QueryClient } from '@tanstack/react-query'

/** Live pages are told of changes, so nothing is read again just because time passed or a window came to the front. */
export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, refetchOnWindowFocus: false, retry: 1 },
      dehydrate: {
        shouldDehydrateQuery: (query) => defaultShouldDehydrateQuery(query) || query.state.status === 'pending',
        shouldRedactErrors: () => true,
      },
    },
  })
