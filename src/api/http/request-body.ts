import type { IncomingMessage } from 'node:http'

export const BODY_BOUND = 1_000_000

export type BodyReading =
  | { readonly kind: 'read'; readonly text: string }
  | { readonly kind: 'too_large' }
  | { readonly kind: 'not_utf8' }
  /** The client went away before the end. */
  | { readonly kind: 'aborted' }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** Reads a body of at most BODY_BOUND bytes. Of a larger one no more is kept. */
export function readBody(req: IncomingMessage): Promise<BodyReading> {
  const declared = Number(req.headers['content-length'] ?? 0)
  if (declared > BODY_BOUND) return Promise.resolve({ kind: 'too_large' })
  return new Promise((resolve) => {
    let first: Buffer | null = null
    let rest: Buffer[] | null = null
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > BODY_BOUND) {
        req.pause()
        resolve({ kind: 'too_large' })
      } else if (first === null) first = chunk
      else (rest ??= []).push(chunk)
    })
    // what comes second changes nothing any more: a promise is settled once
    req.on('end', () => resolve(decode(rest === null ? (first ?? EMPTY) : Buffer.concat([first ?? EMPTY, ...rest]))))
    req.on('close', () => resolve({ kind: 'aborted' }))
    req.on('error', () => resolve({ kind: 'aborted' }))
  })
}

const EMPTY = Buffer.alloc(0)

function decode(bytes: Buffer): BodyReading {
  const text = bytes.toString('utf8')
  // only a text that shows the replacement character can have lost something
  if (!text.includes('\ufffd')) return { kind: 'read', text }
  try {
    return { kind: 'read', text: utf8.decode(bytes) }
  } catch {
    return { kind: 'not_utf8' }
  }
}

const DISCARD_BYTES = 8_000_000
const DISCARD_MS = 1_000

/**
 * Lets a client that is still sending read its answer: what comes is thrown away for a moment, then the connection is cut.
 * Cutting it at once would lose the answer with it.
 */
export function discardRest(req: IncomingMessage): void {
  let size = 0
  const cut = (): void => {
    if (!req.complete) req.socket.destroy()
  }
  const timer = setTimeout(cut, DISCARD_MS).unref()
  req.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > DISCARD_BYTES) cut()
  })
  req.once('close', () => clearTimeout(timer))
  req.resume()
}
