'use client'
import { useQueryErrorResetBoundary } from '@tanstack/react-query'
import { RotateCw } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { Button } from '../primitives/button.tsx'

/** What is shown where something could not be read. Nothing else on the page is touched. */
export function Failed({ what, onRetry }: { what: string; onRetry: () => void }) {
  return (
    <div role="alert" className="rounded-xl border border-line bg-surface px-5 py-8 text-center shadow-card">
      <p className="font-medium">{what} could not be read.</p>
      <p className="mx-auto mt-1 max-w-[48ch] text-13 text-ink-3">
        The store did not answer. Decisions go on as usual; only this view of them is missing.
      </p>
      <Button className="mt-4" onClick={onRetry}>
        <RotateCw aria-hidden /> Try again
      </Button>
    </div>
  )
}

interface GuardedProps {
  /** What could not be read, as the beginning of a sentence. */
  readonly what: string
  /** Shown in its place, where a whole card would be too much. */
  readonly instead?: ReactNode
  readonly children: ReactNode
}

class Boundary extends Component<GuardedProps & { readonly onReset: () => void }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override render() {
    const { what, instead, onReset, children } = this.props
    if (!this.state.failed) return children
    if (instead !== undefined) return instead
    const retry = () => {
      onReset()
      this.setState({ failed: false })
    }
    return <Failed what={what} onRetry={retry} />
  }
}

/** Keeps the failure of one part to that part. */
export function Guarded(props: GuardedProps) {
  const { reset } = useQueryErrorResetBoundary()
  return <Boundary {...props} onReset={reset} />
}
