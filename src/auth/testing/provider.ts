import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Claims {
  readonly sub: string
  readonly email: string
  readonly email_verified: boolean
}

/** An OpenID Connect provider that says yes to everybody as `claims`: discovery, code flow with PKCE, RS256. */
export async function startProvider(claims: () => Claims) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }
  const codes = new Map<string, URLSearchParams>()
  let issuer = ''

  const server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', issuer)
    const json = (body: unknown, status = 200) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/jwks`,
          userinfo_endpoint: `${issuer}/me`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        })
      case '/jwks':
        return json({ keys: [jwk] })
      case '/authorize': {
        const code = randomUUID()
        codes.set(code, url.searchParams)
        const back = new URL(url.searchParams.get('redirect_uri') ?? '')
        back.searchParams.set('code', code)
        const state = url.searchParams.get('state')
        if (state !== null) back.searchParams.set('state', state)
        return res.writeHead(302, { location: back.toString() }).end()
      }
      case '/token': {
        const asked = new URLSearchParams(await bodyOf(req))
        const given = codes.get(asked.get('code') ?? '')
        codes.delete(asked.get('code') ?? '')
        const challenge = createHash('sha256')
          .update(asked.get('code_verifier') ?? '')
          .digest('base64url')
        if (given === undefined || challenge !== given.get('code_challenge'))
          return json({ error: 'invalid_grant' }, 400)
        const nowS = Math.floor(Date.now() / 1000)
        const nonce = given.get('nonce')
        const payload = {
          ...claims(),
          iss: issuer,
          aud: given.get('client_id'),
          iat: nowS,
          exp: nowS + 300,
          ...(nonce !== null && { nonce }),
        }
        const head = [{ alg: 'RS256', kid: 'k', typ: 'JWT' }, payload].map(encoded).join('.')
        const signature = sign('sha256', Buffer.from(head), privateKey).toString('base64url')
        return json({ access_token: 'x', token_type: 'Bearer', id_token: `${head}.${signature}`, expires_in: 300 })
      }
      default:
        return json({}, 404)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { issuer, close: () => server.close() }
}

const encoded = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url')

async function bodyOf(req: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of req) body += String(chunk)
  return body
}
