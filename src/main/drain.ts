import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Calls under way may take this long to end before their connections are cut. */
const GRACE_MS = 10_000
const SWEEP_MS = 50

/** The way out: nothing new is let in, what is under way ends, open streams are told to. */
export interface Drain {
  /** Aborted as soon as the process is to leave: streams end, their readers come back elsewhere. */
  readonly signal: AbortSignal
  /** Resolves when the last connection is closed. */
  leave(): Promise<void>
}

export function drainOf(server: Server, graceMs = GRACE_MS): Drain {
  const leaving = new AbortController()
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let left: Promise<void> | null = null

  function leave(): Promise<void> {
    left ??= new Promise((resolve) => {
      leaving.abort()
      // kept-alive connections without a call would hold the server open until they time out
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, graceMs)
      server.close(() => {
        clearInterval(sweep)
        clearTimeout(cut)
        resolve()
      })
      server.closeIdleConnections()
    })
    return left
  }

  return { signal: leaving.signal, leave }
}
