'use client'
import { useState } from 'react'
import { Button } from '../primitives/button.tsx'

interface Older {
  readonly hasNextPage: boolean
  readonly isFetchingNextPage: boolean
  fetchNextPage(options: { throwOnError: true }): Promise<unknown>
}

/**
 * The end of a list that goes on. What is shown stays when more of it cannot be read; and that is said until it is tried
 * again, whatever else of the list is read meanwhile.
 */
export function ShowOlder({ query }: { query: Older }) {
  const [failed, setFailed] = useState(false)
  if (!query.hasNextPage) return null
  const reading = query.isFetchingNextPage
  const readOn = () => {
    setFailed(false)
    query.fetchNextPage({ throwOnError: true }).catch(() => setFailed(true))
  }
  return (
    <div className="flex flex-wrap items-center justify-center gap-3 border-line border-t p-3">
      {failed && !reading && (
        <p role="alert" className="text-13 text-bad">
          The list could not be read on.
        </p>
      )}
      <Button onClick={readOn} disabled={reading}>
        {reading ? 'Reading\u2026' : failed ? 'Try again' : 'Show older'}
      </Button>
    </div>
  )
}
