import { Auth } from '@auth/core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ADDRESS, type IdentityWorld, identityWorld, PASSWORD } from '../../tests/identity-world.ts'
import { personaUser } from '../api/trpc/personas.ts'
import type { User } from '../ports/identity-store.ts'
import { changePassword } from '../services/identity/set-password.ts'
import { type AuthSettings, authConfig } from './config.ts'
import { freshViewer } from './fresh.ts'
import { answered, isOpenAction } from './route.ts'
import { startProvider } from './testing/provider.ts'

const ORIGIN = 'http://127.0.0.1:3000'

let claims = { sub: 's-1', email: 'ada@example.com', email_verified: true }
let provider: Awaited<ReturnType<typeof startProvider>>
beforeAll(async () => {
  provider = await startProvider(() => claims)
})
afterAll(() => provider.close())

let world: IdentityWorld
let ada: User
beforeEach(async () => {
  world = await identityWorld()
  const house = await world.customer('House')
  ada = await world.person('ada@example.com', { memberships: [{ customer: house, role: 'owner' }], password: true })
  claims = { sub: 's-1', email: 'ada@example.com', email_verified: true }
})

/** A browser with its cookies, and the route in front of Auth.js. */
function browser(settings: Partial<AuthSettings> = {}) {
  const jar = new Map<string, string>()
  const running = { secret: 'x'.repeat(48), secureCookies: false, oidc: null, persona: null, ...settings }
  async function send(path: string, form?: Record<string, string>): Promise<Response> {
    const body = form === undefined ? null : new URLSearchParams(form).toString()
    const request = new Request(`${ORIGIN}${path}`, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        host: '127.0.0.1:3000',
        ...(body !== null && {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': String(body.length),
        }),
      },
      body,
    })
    if (!isOpenAction(request)) return new Response(null, { status: 404 })
    const facts = { address: ADDRESS, agent: 'Firefox', replaces: jar.get('spillway') ?? null }
    const response = await Auth(request, authConfig(world.engine, running, facts))
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/max-age=0/i.test(line)) jar.delete(pair.slice(0, at))
      else jar.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return form === undefined ? response : answered(response)
  }
  const csrf = async (): Promise<string> => (await (await send('/api/auth/csrf')).json()).csrfToken
  return {
    jar,
    send,
    post: async (path: string, form: Record<string, string> = {}) =>
      send(path, { csrfToken: await csrf(), callbackUrl: '/app', ...form }),
    session: () => jar.get('spillway'),
    viewer: (mode: 'demo' | 'production' = 'production') =>
      freshViewer(world.engine, { token: jar.get('spillway'), mode }),
  }
}

const byPassword = (who: ReturnType<typeof browser>, password: string, email = 'ada@example.com') =>
  who.post('/api/auth/callback/password', { email, password })

describe('by password', () => {
  test('sets a random token for scripts to stay away from, and nothing that says who', async () => {
    const who = browser()
    const response = await byPassword(who, PASSWORD)
    expect(response.headers.get('location')).toBe(`${ORIGIN}/app`)
    const [cookie = ''] = response.headers.getSetCookie().filter((line) => line.startsWith('spillway='))
    expect(cookie).toMatch(/^spillway=[\w-]{43};/)
    expect(cookie).toMatch(/HttpOnly/i)
    expect(cookie).toMatch(/SameSite=Lax/i)
    expect(await who.viewer()).toMatchObject({ id: ada.id, signedInBy: 'password', membership: { role: 'owner' } })
  })

  test('under https only for https and this host', async () => {
    const who = browser({ secureCookies: true })
    const cookies = (await byPassword(who, PASSWORD)).headers.getSetCookie()
    expect(cookies.find((line) => line.startsWith('__Host-spillway='))).toMatch(/Path=\/;.*Secure/i)
  })

  test('a session id changes at each sign-in, and the one before is over', async () => {
    const who = browser()
    await byPassword(who, PASSWORD)
    const first = who.session()
    await byPassword(who, PASSWORD)
    expect(who.session()).not.toBe(first)
    expect(await freshViewer(world.engine, { token: first, mode: 'production' })).toBeNull()
    expect(await who.viewer()).not.toBeNull()
  })

  test('one that somebody planted is not taken over', async () => {
    const who = browser()
    who.jar.set('spillway', 'A'.repeat(43))
    await byPassword(who, PASSWORD)
    expect(who.session()).not.toBe('A'.repeat(43))
  })

  test('an unknown address and a wrong password are answered alike: 401, the same bytes, no session', async () => {
    const texts: string[] = []
    for (const email of ['ada@example.com', 'nobody@example.com']) {
      const who = browser()
      const response = await byPassword(who, 'wrong', email)
      texts.push(`${response.status} ${[...response.headers].join()} ${await response.text()}`)
      expect(who.session()).toBeUndefined()
    }
    expect(texts[0]).toMatch(/^401 .*application\/problem\+json/)
    expect(texts[0]).toBe(texts[1])
  })

  test('the sixth failure is 429 and says when to come back', async () => {
    const who = browser()
    const statuses: number[] = []
    for (let i = 0; i < 6; i += 1) statuses.push((await byPassword(who, 'wrong')).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    expect((await byPassword(who, PASSWORD)).headers.get('retry-after')).toBe('900')
  })

  test('without the form’s own token nobody is signed in', async () => {
    const who = browser()
    await who.send('/api/auth/callback/password', { email: 'ada@example.com', password: PASSWORD, csrfToken: 'x' })
    expect(who.session()).toBeUndefined()
  })

  test.each(['https://evil.example/', '//evil.example', '/api/auth/csrf', 'javascript:alert(1)'])(
    'leads nowhere but to our pages: %s',
    async (callbackUrl) => {
      const who = browser()
      const form = { email: 'ada@example.com', password: PASSWORD, callbackUrl }
      const response = await who.post('/api/auth/callback/password', form)
      expect(response.headers.get('location')).toBe(`${ORIGIN}/app`)
    },
  )
})

test('a link signs in once', async () => {
  await world.as(null).identity.sendLink({ email: 'ada@example.com', purpose: 'sign_in' })
  const token = (await world.mailedTo('ada@example.com'))[0]?.split('/').at(-1) ?? ''
  const [who, again] = [browser(), browser()]
  await who.post('/api/auth/callback/link', { token })
  expect(await who.viewer()).toMatchObject({ id: ada.id, signedInBy: 'link' })
  expect((await again.post('/api/auth/callback/link', { token })).status).toBe(401)
})

describe('through a provider', () => {
  const oidc = () => ({ issuer: provider.issuer, clientId: 'spillway', clientSecret: 's', name: 'Example' })

  /** Follows the redirects as a browser does. */
  async function through(who: ReturnType<typeof browser>): Promise<string> {
    const started = await who.post('/api/auth/signin/oidc')
    const at = started.headers.get('location') ?? ''
    expect(at).toContain(`${provider.issuer}/authorize?`)
    const back = await fetch(at, { redirect: 'manual' })
    const here = new URL(back.headers.get('location') ?? '')
    const done = await who.send(`${here.pathname}${here.search}`)
    return done.headers.get('location') ?? ''
  }

  test('whoever was invited under a verified address is signed in', async () => {
    const who = browser({ oidc: oidc() })
    expect(await through(who)).toBe(`${ORIGIN}/app`)
    expect(await who.viewer()).toMatchObject({ id: ada.id, signedInBy: 'oidc' })
  })

  test.each([
    ['a stranger', { sub: 's-2', email: 'stranger@example.com', email_verified: true }],
    ['an address that the provider did not verify', { sub: 's-3', email: 'ada@example.com', email_verified: false }],
  ])('%s stays outside', async (_, said) => {
    claims = said
    const who = browser({ oidc: oidc() })
    expect(await through(who)).toContain('/sign-in?error=not_invited')
    expect(who.session()).toBeUndefined()
  })

  test('an answer that this browser did not ask for is refused', async () => {
    const [asked, other] = [browser({ oidc: oidc() }), browser({ oidc: oidc() })]
    const started = await asked.post('/api/auth/signin/oidc')
    const back = await fetch(started.headers.get('location') ?? '', { redirect: 'manual' })
    const here = new URL(back.headers.get('location') ?? '')
    await other.send(`${here.pathname}${here.search}`)
    expect(other.session()).toBeUndefined()
  })
})

describe('demo personas', () => {
  const personas = [{ persona: 'ada', name: 'Ada', role: 'owner', externalId: 'demo-ada', shows: '' }]
  const persona = (name: string) => personaUser(world.engine, personas, name)

  test('are no way in where there are none', async () => {
    const who = browser()
    await who.post('/api/auth/callback/persona', { persona: 'ada' })
    expect(who.session()).toBeUndefined()
  })

  test('who is none is nobody', async () => {
    const who = browser({ persona })
    expect((await who.post('/api/auth/callback/persona', { persona: 'eve' })).status).toBe(401)
  })

  test('a password that a visitor gave to a persona opens nothing in production', async () => {
    const staff = [{ persona: 'ines', name: 'Ines', role: 'admin', externalId: 'demo-house', shows: '' }]
    const visitor = browser({ persona: (name) => personaUser(world.engine, staff, name) })
    await visitor.post('/api/auth/callback/persona', { persona: 'ines' })
    const { id: user, session, email } = (await visitor.viewer('demo'))!
    const change = { user, session, current: '', password: PASSWORD, address: ADDRESS }
    expect((await changePassword(world.engine, change)).kind).toBe('set')
    const who = browser()
    await byPassword(who, PASSWORD, email)
    expect(await who.viewer('production')).toBeNull()
  })

  test('a session that a demo made opens nothing in production', async () => {
    const staff = [{ persona: 'ines', name: 'Ines', role: 'admin', externalId: 'demo-house', shows: '' }]
    const who = browser({ persona: (name) => personaUser(world.engine, staff, name) })
    await who.post('/api/auth/callback/persona', { persona: 'ines' })
    expect(await who.viewer('demo')).toMatchObject({ staffRole: 'admin', signedInBy: 'demo' })
    expect(await who.viewer('production')).toBeNull()
  })
})

test.each([
  ['GET', 'session'],
  ['GET', 'providers'],
  ['GET', 'signin'],
  ['GET', 'signout'],
  ['POST', 'session'],
  ['POST', 'signout'],
  ['GET', 'callback/password'],
  ['POST', 'callback/password/x'],
])('%s %s of Auth.js is not there', (method, path) => {
  const body = method === 'POST' ? 'a=b' : null
  const request = new Request(`${ORIGIN}/api/auth/${path}`, { method, body, headers: { 'content-length': '3' } })
  expect(isOpenAction(request)).toBe(false)
})

test.each([
  ['none said', '', false],
  ['small', '100', true],
  ['larger than any form of ours', '16385', false],
])('a body of a size %s', (_, length, expected) => {
  const headers = length === '' ? {} : { 'content-length': length }
  const request = new Request(`${ORIGIN}/api/auth/callback/password`, { method: 'POST', headers })
  expect(isOpenAction(request)).toBe(expected)
})
