import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

export interface Config {
  readonly mode: 'demo' | 'production'
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** Null: PostgreSQL of our own, under `home`. */
  readonly databaseUrl: string | null
  /** Folder of this installation's own files. */
  readonly home: string
  readonly secret: string
  readonly demoTraffic: boolean
  readonly settler: boolean
  readonly portal: boolean
  /** Pages are rebuilt as they are edited. */
  readonly dev: boolean
  readonly logLevel: (typeof LOG_LEVELS)[number]
  /** Database connections that decide, and calls that may wait for one. */
  readonly lanes: number
  readonly queueLimit: number
  /** Where people reach it, when not at host and port. */
  readonly publicUrl: string | null
  /** Who reads `/metrics`: everybody who reaches a demo, whoever sends this token, and in production without one nobody. */
  readonly metrics: MetricsAccess
  /** Null: mails stay in the outbox. */
  readonly smtp: { readonly url: string; readonly from: string } | null
  /** Private addresses that webhooks may reach, `host:port`; empty in production. */
  readonly webhookTestHosts: readonly string[]
  /** Reverse proxies in front that write X-Forwarded-For: whom to believe where a request came from. */
  readonly proxies: number
  /** Payments by Stripe; null: the test processor in a demo, nothing is sold in production. `apiBase` null: Stripe's own. */
  readonly stripe: {
    readonly secretKey: string
    readonly webhookSecret: string
    readonly apiBase: string | null
  } | null
  /** People may also sign in through this OpenID Connect provider. */
  readonly oidc: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string
    readonly name: string
  } | null
}

export type MetricsAccess = 'open' | 'closed' | { readonly token: string }

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const LEAST_SECRET = 32
const LEAST_TOKEN = 16

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `write a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `write a whole number from ${least} to ${most}`)
const onOff = z.enum(['on', 'off'], { error: 'write on or off' })
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, { error: `write one of ${words.join(', ')}` })

const environment = z.object({
  PORT: whole(0, 65_535).default(3000),
  HOST: z.string().min(1, 'write an address to listen on, such as 127.0.0.1').default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/, 'write a PostgreSQL address: postgresql://user:password@host:5432/database')
    .optional(),
  SPILLWAY_MODE: oneOf(['demo', 'production']).default('demo'),
  SPILLWAY_HOME: z.string().min(1, 'write a folder, or leave it out').default('.spillway'),
  SPILLWAY_SECRET: z
    .string()
    .min(LEAST_SECRET, `write at least ${LEAST_SECRET} random characters (openssl rand -base64 48)`)
    .optional(),
  SPILLWAY_DEMO_TRAFFIC: onOff.default('on'),
  SPILLWAY_SETTLER: onOff.default('on'),
  SPILLWAY_PORTAL: onOff.default('on'),
  SPILLWAY_LANES: whole(1, 16).default(1),
  SPILLWAY_QUEUE_LIMIT: whole(100, 1_000_000).default(10_000),
  SPILLWAY_URL: z
    .url({ protocol: /^https?$/, error: 'write the address that people use, such as https://spillway.example.com' })
    .optional(),
  SPILLWAY_PROXIES: whole(0, 10).default(0),
  SPILLWAY_METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'write printable characters without spaces')
    .min(LEAST_TOKEN, `write at least ${LEAST_TOKEN} random characters (openssl rand -hex 24)`)
    .optional(),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/\S+$/, 'write the mail server: smtp://user:password@host:587, or smtps://')
    .optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^<>@\r\n]*(<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/, 'write the sender: Spillway <mail@example.com>')
    .optional(),
  SPILLWAY_WEBHOOK_TEST_HOSTS: z
    .string()
    .regex(/^[a-z0-9.:-]+(,[a-z0-9.:-]+)*$/, 'write host:port, several with commas between')
    .optional(),
  STRIPE_SECRET_KEY: z
    .string()
    .regex(/^(sk|rk)_\S+$/, 'write the secret key of a Stripe account: sk_...')
    .optional(),
  STRIPE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_\S+$/, 'write the signing secret of the webhook endpoint: whsec_...')
    .optional(),
  STRIPE_API_BASE: z
    .string()
    .regex(/^https?:\/\/[^/?#\s]+\/?$/, 'write an address without a path, such as http://127.0.0.1:12111')
    .optional(),
  AUTH_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: 'write the issuer’s address, such as https://id.example.com' })
    .optional(),
  AUTH_OIDC_ID: z.string().optional(),
  AUTH_OIDC_SECRET: z.string().optional(),
  AUTH_OIDC_NAME: z.string().max(40, 'write at most 40 characters').default('your company account'),
  LOG_LEVEL: oneOf(LOG_LEVELS).default('info'),
  NODE_ENV: z.string().optional(),
})

/** Reads the environment; every problem at once, one readable line each. An empty variable counts as left out. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigReading {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = environment.safeParse(given)
  const problems =
    given['SPILLWAY_MODE'] === 'production'
      ? Object.entries(OF_ITS_OWN).flatMap(([name, why]) => (given[name] === undefined ? [`${name}: ${why}`] : []))
      : []
  problems.push(...halfAProvider(given), ...mailProblems(given), ...stripeProblems(given))
  if (!parsed.success) {
    problems.push(
      ...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}${shown(given, issue.path)}`),
    )
  }
  if (!parsed.success || problems.length > 0) return { ok: false, problems }
  const value = parsed.data
  const home = resolve(value.SPILLWAY_HOME)
  return {
    ok: true,
    config: {
      mode: value.SPILLWAY_MODE,
      host: value.HOST,
      port: value.PORT,
      databaseUrl: value.DATABASE_URL ?? null,
      home,
      secret: value.SPILLWAY_SECRET ?? keptSecret(home),
      demoTraffic: value.SPILLWAY_MODE === 'demo' && value.SPILLWAY_DEMO_TRAFFIC === 'on',
      settler: value.SPILLWAY_SETTLER === 'on',
      portal: value.SPILLWAY_PORTAL === 'on',
      dev: value.NODE_ENV === 'development',
      logLevel: value.LOG_LEVEL,
      lanes: value.SPILLWAY_LANES,
      queueLimit: value.SPILLWAY_QUEUE_LIMIT,
      publicUrl: value.SPILLWAY_URL ?? null,
      metrics: metricsAccess(value.SPILLWAY_MODE, value.SPILLWAY_METRICS_TOKEN),
      smtp:
        value.SMTP_URL === undefined || value.MAIL_FROM === undefined
          ? null
          : { url: value.SMTP_URL, from: value.MAIL_FROM },
      webhookTestHosts: value.SPILLWAY_WEBHOOK_TEST_HOSTS?.split(',') ?? [],
      proxies: value.SPILLWAY_PROXIES,
      stripe:
        value.STRIPE_SECRET_KEY === undefined || value.STRIPE_WEBHOOK_SECRET === undefined
          ? null
          : {
              secretKey: value.STRIPE_SECRET_KEY,
              webhookSecret: value.STRIPE_WEBHOOK_SECRET,
              apiBase: value.STRIPE_API_BASE ?? null,
            },
      oidc:
        value.AUTH_OIDC_ISSUER === undefined
          ? null
          : {
              issuer: value.AUTH_OIDC_ISSUER,
              clientId: value.AUTH_OIDC_ID ?? '',
              clientSecret: value.AUTH_OIDC_SECRET ?? '',
              name: value.AUTH_OIDC_NAME,
            },
    },
  }
}

const metricsAccess = (mode: Config['mode'], token: string | undefined): MetricsAccess =>
  token === undefined ? (mode === 'demo' ? 'open' : 'closed') : { token }

/** Both or neither; and what only tests may do. */
function mailProblems(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { SMTP_URL, MAIL_FROM, SPILLWAY_MODE, SPILLWAY_WEBHOOK_TEST_HOSTS, SPILLWAY_URL } = given
  const problems: string[] = []
  const linking = WITH_LINKS.find((name) => given[name] !== undefined)
  if (SPILLWAY_MODE === 'production' && SPILLWAY_URL === undefined && linking !== undefined)
    problems.push(
      `SPILLWAY_URL: ${linking} is set, so production needs the address that people use, such as https://spillway.example.com`,
    )
  if (SPILLWAY_MODE === 'production' && SPILLWAY_URL?.startsWith('http:') === true)
    problems.push('SPILLWAY_URL: production needs an https address: links to sign in and sessions travel over it')
  if (SMTP_URL !== undefined && MAIL_FROM === undefined)
    problems.push('MAIL_FROM: SMTP_URL is set, so a sender is needed: Spillway <mail@example.com>')
  if (MAIL_FROM !== undefined && SMTP_URL === undefined)
    problems.push('SMTP_URL: MAIL_FROM is set, so a mail server is needed: smtp://user:password@host:587')
  if (SPILLWAY_MODE === 'production' && SPILLWAY_WEBHOOK_TEST_HOSTS !== undefined)
    problems.push('SPILLWAY_WEBHOOK_TEST_HOSTS: production sends webhooks to public addresses only; leave it out')
  return problems
}

/** Money without webhooks would be heard of late, webhooks without a key belong to nobody. */
function stripeProblems(given: Readonly<Record<string, string | undefined>>): readonly string[] {
  const { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_BASE, SPILLWAY_MODE } = given
  const problems: string[] = []
  if (STRIPE_SECRET_KEY !== undefined && STRIPE_WEBHOOK_SECRET === undefined)
    problems.push(
      'STRIPE_WEBHOOK_SECRET: STRIPE_SECRET_KEY is set, so the secret of its webhook endpoint is needed: whsec_...',
    )
  if (STRIPE_SECRET_KEY === undefined && (STRIPE_WEBHOOK_SECRET ?? STRIPE_API_BASE) !== undefined)
    problems.push('STRIPE_SECRET_KEY: other settings of Stripe are there, so its key is needed: sk_...')
  if (SPILLWAY_MODE === 'production' && STRIPE_API_BASE?.startsWith('http:') === true)
    problems.push('STRIPE_API_BASE: production talks to its processor over https only')
  return problems
}

/** What production does not make for itself. */
const OF_ITS_OWN = {
  SPILLWAY_SECRET: 'production needs a secret of its own (openssl rand -base64 48), the same on every process',
  DATABASE_URL: 'production needs a PostgreSQL server: postgresql://user:password@host:5432/database',
} as const

/** Each makes links that leave for the world, so that the address of this machine would not do. */
const WITH_LINKS = ['SMTP_URL', 'STRIPE_SECRET_KEY', 'AUTH_OIDC_ISSUER'] as const

const OF_A_PROVIDER = ['AUTH_OIDC_ISSUER', 'AUTH_OIDC_ID', 'AUTH_OIDC_SECRET'] as const

/** Sign-in through a provider needs all three, and an address that nobody can change on the way. */
function halfAProvider(given: Readonly<Record<string, string | undefined>>): string[] {
  const set = OF_A_PROVIDER.filter((name) => given[name] !== undefined)
  if (set.length === 0) return []
  const problems = OF_A_PROVIDER.filter((name) => given[name] === undefined).map(
    (name) => `${name}: sign-in through a provider needs it beside ${set.join(' and ')}`,
  )
  const plain = given['AUTH_OIDC_ISSUER']?.startsWith('http:') === true
  if (plain && given['SPILLWAY_MODE'] === 'production')
    problems.push('AUTH_OIDC_ISSUER: production needs an https address')
  return problems
}

/** What was written, except where it may hold a secret. */
function shown(given: Readonly<Record<string, string | undefined>>, path: readonly PropertyKey[]): string {
  const name = String(path[0])
  const value = given[name]
  return value === undefined || SECRETS.has(name) ? '' : ` (it is "${value.slice(0, 80)}")`
}

const SECRETS = new Set([
  'SPILLWAY_SECRET',
  'SPILLWAY_METRICS_TOKEN',
  'DATABASE_URL',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'AUTH_OIDC_SECRET',
  'SMTP_URL',
])

/** A demo's secret is made once and kept, so that sessions and tokens outlive a restart. */
function keptSecret(home: string): string {
  const path = join(home, 'secret')
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault
  }
  mkdirSync(home, { recursive: true })
  const secret = randomBytes(48).toString('base64')
  writeFileSync(path, `${secret}\n`, { mode: 0o600 })
  chmodSync(path, 0o600)
  return secret
}
