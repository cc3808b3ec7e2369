import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpsWebhookSender } from './https-sender.ts'

const NOTHING = { headers: { 'content-type': 'application/json' }, body: '{}' }

describe('refused before anything is connected', () => {
  const sender = httpsWebhookSender({
    lookup: () => {
      throw new Error('nothing is looked up')
    },
  })
  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'not an address',
    '',
    'https://user:password@example.com/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://[::]/',
    'https://[::1]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[ff02::1]/',
    'https://[2001:db8::1]/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    `https://example.com/${'x'.repeat(2_000)}`,
  ])('%s', async (url) => {
    const refusal = sender.refusal(url)
    expect(refusal).not.toBeNull()
    await expect(sender.send({ url, ...NOTHING })).rejects.toThrow(refusal ?? 'refused')
  })

  test.each([
    'https://example.com/hooks',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://example.com:8443/',
  ])('while %s may be one', (url) => {
    expect(sender.refusal(url)).toBeNull()
  })
})

describe('refused at the connection', () => {
  test.each([
    [['127.0.0.1']],
    [['10.1.2.3']],
    [['169.254.169.254']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['fe80::1%eth0']],
    [['93.184.216.34', '127.0.0.1']],
    [[]],
  ])('a name that resolves to %j', async (addresses) => {
    let lookups = 0
    const sender = httpsWebhookSender({
      lookup(_, done) {
        lookups += 1
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )
      },
    })
    await expect(sender.send({ url: 'https://hooks.example/', ...NOTHING })).rejects.toThrow(/public|no address/)
    expect(lookups).toBe(1)
  })
})

describe('with a server of its own', () => {
  let server: Server
  let port: number
  let ca: string
  let seen: { headers: IncomingMessage['headers']; body: string; url: string }[] = []
  let respond: (res: ServerResponse) => void

  beforeAll(async () => {
    const home = mkdtempSync(join(tmpdir(), 'spillway-hook-'))
    const [key, cert] = [join(home, 'key.pem'), join(home, 'cert.pem')]
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=hooks.example', '-addext'].concat([
        'subjectAltName=DNS:hooks.example,IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        cert,
      ]),
      { stdio: 'ignore' },
    )
    ca = readFileSync(cert, 'utf8')
    server = createServer({ key: readFileSync(key), cert: ca }, (req, res) => {
      const chunks: Buffer[] = []
      req.on('data', (chunk: Buffer) => chunks.push(chunk))
      req.on('end', () => {
        seen.push({ headers: req.headers, body: Buffer.concat(chunks).toString(), url: req.url ?? '' })
        respond(res)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    rmSync(home, { recursive: true })
  })
  afterAll(() => server.close())

  const senderTo = (more: Parameters<typeof httpsWebhookSender>[0] = {}) => {
    seen = []
    return httpsWebhookSender({ testHosts: [`127.0.0.1:${port}`, `hooks.example:${port}`], ca, ...more })
  }
  const local = () => ({
    url: `https://127.0.0.1:${port}/in?x=1`,
    headers: { 'webhook-id': 'msg_1' },
    body: '{"a":"é"}',
  })

  test('an allowed one is posted to once, whole', async () => {
    respond = (res) => res.writeHead(204).end()
    expect(await senderTo().send(local())).toEqual({ status: 204 })
    expect(seen).toMatchObject([{ url: '/in?x=1', body: '{"a":"é"}', headers: { 'webhook-id': 'msg_1' } }])
  })

  test('a redirect is an answer, and is not followed', async () => {
    respond = (res) => res.writeHead(302, { location: `https://127.0.0.1:${port}/elsewhere` }).end()
    expect(await senderTo().send(local())).toEqual({ status: 302 })
    expect(seen).toHaveLength(1)
  })

  test('an answer without an end is not waited for', async () => {
    respond = (res) => void res.writeHead(200).write('x')
    expect(await senderTo().send(local())).toEqual({ status: 200 })
  })

  test('silence has an end', async () => {
    respond = () => {}
    await expect(senderTo({ timeLimitMs: 100 }).send(local())).rejects.toThrow(/abort|time/i)
  })

  test('another certificate is refused', async () => {
    await expect(httpsWebhookSender({ testHosts: [`127.0.0.1:${port}`] }).send(local())).rejects.toThrow(
      /self-signed|certificate/,
    )
  })

  test('the same server, without leave, is not reached', async () => {
    seen = []
    respond = (res) => res.writeHead(200).end()
    await expect(httpsWebhookSender({ ca }).send(local())).rejects.toThrow(/public/)
    const rebound = httpsWebhookSender({ ca, lookup: (_, done) => done(null, [{ address: '127.0.0.1', family: 4 }]) })
    await expect(rebound.send({ ...local(), url: `https://hooks.example:${port}/` })).rejects.toThrow(/public/)
    expect(seen).toEqual([])
  })

  test('a name is resolved once, and the connection goes where the check was', async () => {
    respond = (res) => res.writeHead(200).end()
    let lookups = 0
    const sender = senderTo({
      lookup(_, done) {
        lookups += 1
        done(null, [{ address: lookups === 1 ? '127.0.0.1' : '203.0.113.9', family: 4 }])
      },
    })
    expect(await sender.send({ ...local(), url: `https://hooks.example:${port}/` })).toEqual({ status: 200 })
    expect(lookups).toBe(1)
  })
})
