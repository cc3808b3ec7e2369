import type { TRPCError } from '@trpc/server'

/** What nobody foresaw goes to the operator with its cause; what a caller did wrong is the caller's to read. */
export function reportError(error: TRPCError, path: string): void {
  if (error.code !== 'INTERNAL_SERVER_ERROR') return
  process.stderr.write(
    `${JSON.stringify({ level: 'error', at: 'trpc', path, error: error.cause?.stack ?? error.stack })}\n`,
  )
}
