import { Button } from '../primitives/button.tsx'

interface Older {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  readonly isFetchNextPageError: boolean
  readonly isRefetchError: boolean
  fetchNextPage(): Promise<unknown>
}

/** The end of a list that goes on. What is shown stays when more of it cannot be read. */
export function ShowOlder({ query }: { query: Older }) {
  if (!query.hasNextPage) return null
  const reading = query.isFetchingNextPage
  const failed = query.isFetchNextPageError || query.isRefetchError
  return (
    <div className="flex flex-wrap items-center justify-center gap-3 border-line border-t p-3">
      {failed && !reading && (
        <p role="alert" className="text-13 text-bad">
          The list could not be read on.
        </p>
      )}
      <Button onClick={() => void query.fetchNextPage()} disabled={reading}>
        {reading ? 'Reading\u2026' : failed ? 'Try again' : 'Show older'}
      </Button>
    </div>
  )
}
