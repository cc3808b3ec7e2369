import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../tests/scratch-folder.ts'
import { readConfig } from './config.ts'

const SECRET = 'x'.repeat(32)
const DATABASE_URL = 'postgresql://u:p@localhost/d'
const NEEDED = [
  'SPILLWAY_SECRET: production needs a secret of its own (openssl rand -base64 48), the same on every process',
  'DATABASE_URL: production needs a PostgreSQL server: postgresql://user:password@host:5432/database',
]
const noUrl = (name: string) =>
  `SPILLWAY_URL: ${name} is set, so production needs the address that people use, such as https://spillway.example.com`
const SPILLWAY_URL = 'https://spillway.example.com'
const home = () => scratchFolder('config')

test('nothing set: a demo on 127.0.0.1:3000 with PostgreSQL of its own', () => {
  const SPILLWAY_HOME = home()
  const read = readConfig({ SPILLWAY_HOME })
  expect(read).toMatchObject({
    ok: true,
    config: {
      mode: 'demo',
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: null,
      demoTraffic: true,
      settler: true,
      portal: true,
      home: SPILLWAY_HOME,
      metrics: 'open',
    },
  })
})

test('metrics have a token that is long enough and never shown', () => {
  const [token, short] = ['m'.repeat(16), 'hunter2']
  const read = (given: string) => readConfig({ SPILLWAY_HOME: home(), SPILLWAY_METRICS_TOKEN: given })
  expect(read(token)).toMatchObject({ ok: true, config: { metrics: { token } } })
  expect(read(short)).toEqual({
    ok: false,
    problems: ['SPILLWAY_METRICS_TOKEN: write at least 16 random characters (openssl rand -hex 24)'],
  })
  expect(read(`${token} with spaces`).ok).toBe(false)
})

test('a demo makes its secret once, for its owner only', () => {
  const SPILLWAY_HOME = home()
  const [first, second] = [readConfig({ SPILLWAY_HOME }), readConfig({ SPILLWAY_HOME })]
  const file = join(SPILLWAY_HOME, 'secret')
  expect(first.ok && first.config.secret).toBe(readFileSync(file, 'utf8').trim())
  expect(first).toEqual(second)
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('production takes what it is given and no demo', () => {
  const read = readConfig({
    SPILLWAY_MODE: 'production',
    SPILLWAY_SECRET: SECRET,
    DATABASE_URL,
    SPILLWAY_URL,
    PORT: '0',
    SPILLWAY_PORTAL: '',
  })
  expect(read).toMatchObject({
    ok: true,
    config: {
      mode: 'production',
      secret: SECRET,
      databaseUrl: DATABASE_URL,
      port: 0,
      demoTraffic: false,
      portal: true,
      metrics: 'closed',
    },
  })
})

test.each([
  [{ PORT: 'abc' }, ['PORT: write a whole number from 0 to 65535 (it is "abc")']],
  [{ PORT: '70000' }, ['PORT: write a whole number from 0 to 65535 (it is "70000")']],
  [{ SPILLWAY_MODE: 'test' }, ['SPILLWAY_MODE: write one of demo, production (it is "test")']],
  [
    { SPILLWAY_SETTLER: 'yes', LOG_LEVEL: 'loud' },
    [
      'SPILLWAY_SETTLER: write on or off (it is "yes")',
      'LOG_LEVEL: write one of trace, debug, info, warn, error, fatal, silent (it is "loud")',
    ],
  ],
  [
    { DATABASE_URL: 'mysql://root:hunter2@x' },
    ['DATABASE_URL: write a PostgreSQL address: postgresql://user:password@host:5432/database'],
  ],
  [
    { AUTH_OIDC_ISSUER: 'id.example.com', SPILLWAY_PROXIES: '-1' },
    [
      'AUTH_OIDC_ID: sign-in through a provider needs it beside AUTH_OIDC_ISSUER',
      'AUTH_OIDC_ISSUER: write the issuer’s address, such as https://id.example.com (it is "id.example.com")',
      'AUTH_OIDC_SECRET: sign-in through a provider needs it beside AUTH_OIDC_ISSUER',
      'SPILLWAY_PROXIES: write a whole number from 0 to 10 (it is "-1")',
    ],
  ],
  [
    {
      SPILLWAY_MODE: 'production',
      AUTH_OIDC_ISSUER: 'http://id.example.com',
      AUTH_OIDC_ID: 'a',
      AUTH_OIDC_SECRET: 'hunter2',
    },
    [...NEEDED, noUrl('AUTH_OIDC_ISSUER'), 'AUTH_OIDC_ISSUER: production needs an https address'],
  ],
  [{ SPILLWAY_SECRET: 'short' }, ['SPILLWAY_SECRET: write at least 32 random characters (openssl rand -base64 48)']],
  [
    { STRIPE_SECRET_KEY: 'hunter2', STRIPE_WEBHOOK_SECRET: 'whsec_1' },
    ['STRIPE_SECRET_KEY: write the secret key of a Stripe account: sk_...'],
  ],
  [
    { STRIPE_SECRET_KEY: 'sk_1' },
    ['STRIPE_WEBHOOK_SECRET: STRIPE_SECRET_KEY is set, so the secret of its webhook endpoint is needed: whsec_...'],
  ],
  [
    { STRIPE_API_BASE: 'http://127.0.0.1:1' },
    ['STRIPE_SECRET_KEY: other settings of Stripe are there, so its key is needed: sk_...'],
  ],
  [
    { STRIPE_SECRET_KEY: 'sk_1', STRIPE_WEBHOOK_SECRET: 'whsec_1', STRIPE_API_BASE: 'http://127.0.0.1:1/v1' },
    [
      'STRIPE_API_BASE: write an address without a path, such as http://127.0.0.1:12111 (it is "http://127.0.0.1:1/v1")',
    ],
  ],
  [
    {
      SPILLWAY_MODE: 'production',
      STRIPE_SECRET_KEY: 'sk_1',
      STRIPE_WEBHOOK_SECRET: 'whsec_1',
      STRIPE_API_BASE: 'http://127.0.0.1:1',
    },
    ['STRIPE_API_BASE: production talks to its processor over https only', ...NEEDED, noUrl('STRIPE_SECRET_KEY')],
  ],
  [{ SPILLWAY_MODE: 'production' }, NEEDED],
  [
    {
      SPILLWAY_MODE: 'production',
      SPILLWAY_SECRET: SECRET,
      DATABASE_URL,
      SMTP_URL: 'smtp://m:25',
      MAIL_FROM: 'a@b.example',
    },
    [noUrl('SMTP_URL')],
  ],
  [{ SPILLWAY_MODE: 'production', SPILLWAY_URL }, NEEDED],
  [
    { SPILLWAY_MODE: 'production', SPILLWAY_URL: 'http://spillway.example.com' },
    [...NEEDED, 'SPILLWAY_URL: production needs an https address: links to sign in and sessions travel over it'],
  ],
  [{ SPILLWAY_MODE: 'production', PORT: '-1' }, ['PORT: write a whole number from 0 to 65535 (it is "-1")', ...NEEDED]],
])('%j is refused with every problem at once', (env, problems) => {
  const read = readConfig(env)
  expect(read.ok ? [] : read.problems.toSorted()).toEqual(problems.toSorted())
})

test('mail needs both its server and its sender, and test hosts are none of production', () => {
  const { SMTP_URL, MAIL_FROM } = { SMTP_URL: 'smtps://u:hidden@mail.example:465', MAIL_FROM: 'Spillway <a@b.example>' }
  const smtp = (env: Record<string, string>) => readConfig({ SPILLWAY_HOME: home(), ...env })
  expect(smtp({ SMTP_URL, MAIL_FROM })).toMatchObject({ config: { smtp: { url: SMTP_URL, from: MAIL_FROM } } })
  expect(smtp({ SMTP_URL })).toMatchObject({ ok: false, problems: [expect.stringContaining('MAIL_FROM: ')] })
  expect(smtp({ MAIL_FROM })).toMatchObject({ ok: false, problems: [expect.stringContaining('SMTP_URL: ')] })
  const bad = smtp({ SMTP_URL: 'imap://u:hidden@x', MAIL_FROM: 'nobody' })
  expect(bad).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/^SMTP_URL/), expect.stringMatching(/^MAIL_FROM/)],
  })
  expect(JSON.stringify(bad)).not.toContain('hidden')
  const production = { SPILLWAY_MODE: 'production', SPILLWAY_SECRET: SECRET, DATABASE_URL, SPILLWAY_URL }
  expect(smtp({ ...production, SPILLWAY_WEBHOOK_TEST_HOSTS: '127.0.0.1:8443' })).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/^SPILLWAY_WEBHOOK_TEST_HOSTS/)],
  })
})

test('a provider is taken whole', () => {
  const AUTH_OIDC_ISSUER = 'https://id.example.com'
  const read = readConfig({ SPILLWAY_HOME: home(), AUTH_OIDC_ISSUER, AUTH_OIDC_ID: 'a', AUTH_OIDC_SECRET: 'b' })
  const oidc = { issuer: AUTH_OIDC_ISSUER, clientId: 'a', clientSecret: 'b', name: 'your company account' }
  expect(read).toMatchObject({ ok: true, config: { oidc, proxies: 0 } })
})
