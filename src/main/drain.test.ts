import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { drainOf } from './drain.ts'

let server: Server
const agent = new Agent({ keepAlive: true })
afterEach(() => {
  agent.destroy()
  server.closeAllConnections()
})

async function listen(answer: (req: IncomingMessage, res: ServerResponse) => void): Promise<number> {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const ask = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ port, agent }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
      response.on('error', reject)
    }).on('error', reject)
  })

test('a call under way ends, its answer arrives, and nobody new is let in', async () => {
  let finish = (): void => {}
  const arrived = new Promise<void>((resolve) => {
    void listen((_, res) => {
      finish = () => res.end('done')
      resolve()
    })
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const drain = drainOf(server)
  const answer = ask(port)
  await arrived
  const left = drain.leave()
  expect(drain.signal.aborted).toBe(true)
  await expect(ask(port)).rejects.toThrow('ECONNREFUSED')
  finish()
  expect(await answer).toBe('done')
  await left
})

test('kept-alive connections without a call do not hold it open', async () => {
  const port = await listen((_, res) => res.end('x'))
  const drain = drainOf(server)
  await ask(port)
  await drain.leave()
  expect(server.listening).toBe(false)
})

test('a stream ends by the signal; one that ignores it is cut', async () => {
  const opened: ServerResponse[] = []
  const port = await listen((_, res) => {
    res.write('open')
    opened.push(res)
  })
  const drain = drainOf(server, 100)
  drain.signal.addEventListener('abort', () => opened[0]?.end('bye'))
  const [polite, deaf] = [ask(port), ask(port)]
  await expect.poll(() => opened.length).toBe(2)
  await Promise.all([drain.leave(), expect(Promise.all([polite, deaf])).rejects.toThrow(/./)])
  expect([await polite.catch(() => 'cut'), await deaf.catch(() => 'cut')].sort()).toEqual(['cut', 'openbye'])
})
