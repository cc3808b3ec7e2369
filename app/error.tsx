'use client'
import { Button } from '@/ui/primitives/button.tsx'

export default function PageFailed({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="grid min-h-[70dvh] place-items-center px-6 text-center">
      <div role="alert">
        <h1 className="font-semibold text-[1.375rem] tracking-[-0.02em]">This page could not be made</h1>
        <p className="mx-auto mt-1.5 max-w-[46ch] text-ink-2">
          Something failed on our side. Nothing was changed, and decisions go on as usual.
        </p>
        {error.digest && <p className="mt-2 font-mono text-2xs text-ink-3">{error.digest}</p>}
        <Button tone="primary" className="mt-6" onClick={reset}>
          Try again
        </Button>
      </div>
    </main>
  )
}
