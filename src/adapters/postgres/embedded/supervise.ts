import type { Embedded } from './start.ts'

/** How soon a dead server is noticed. Reviving takes about half a second, so it is back well within five. */
const EVERY_MS = 500

/**
 * Revives the server whenever it has died, until the returned function is called (call it before `stop`).
 * `report` hears of each revival and of each failure; after a failure the next look tries again.
 */
export function supervise(
  server: Embedded,
  report: (event: { kind: 'revived' } | { kind: 'failed'; error: unknown }) => void,
): () => Promise<void> {
  let looking: Promise<void> | undefined
  const look = async () => {
    try {
      if ((await server.revive()) === 'revived') report({ kind: 'revived' })
    } catch (error) {
      report({ kind: 'failed', error })
    } finally {
      looking = undefined
    }
  }
  const timer = setInterval(() => {
    looking ??= look()
  }, EVERY_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
