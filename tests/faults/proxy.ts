import { connect, createServer, type Socket } from 'node:net'

/** What becomes of the bytes between an application and its database. */
export type Weather =
  | 'clear'
  | 'cut before the database sees it'
  | 'cut before the answer arrives'
  | 'swallow everything'

export interface Proxy {
  readonly url: string
  weather(now: Weather): void
  close(): Promise<void>
}

/** A wire that can be cut at the two instants that differ: before and after the database has committed. */
export async function proxyTo(url: string): Promise<Proxy> {
  const target = new URL(url)
  let weather: Weather = 'clear'
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const hangUp = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', hangUp).on('close', () => sockets.delete(socket))
    }
    client.on('close', hangUp)
    upstream.on('close', hangUp)
    client.on('data', (bytes) => {
      if (weather === 'cut before the database sees it') hangUp()
      else if (weather !== 'swallow everything') upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (weather === 'cut before the answer arrives') hangUp()
      else if (weather !== 'swallow everything') client.write(bytes)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).toString(),
    weather(now) {
      weather = now
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
