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
}

export type ConfigReading =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] }

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const LEAST_SECRET = 32

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
  SPILLWAY_LANES: whole(1, 16).default(2),
  SPILLWAY_QUEUE_LIMIT: whole(100, 1_000_000).default(10_000),
  SPILLWAY_URL: z
    .url({ protocol: /^https?$/, error: 'write the address that people use, such as https://spillway.example.com' })
    .optional(),
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
    },
  }
}

/** What production does not make for itself. */
const OF_ITS_OWN = {
  SPILLWAY_SECRET: 'production needs a secret of its own (openssl rand -base64 48), the same on every process',
  DATABASE_URL: 'production needs a PostgreSQL server: postgresql://user:password@host:5432/database',
} as const

/** What was written, except where it may hold a secret. */
function shown(given: Readonly<Record<string, string | undefined>>, path: readonly PropertyKey[]): string {
  const name = String(path[0])
  const value = given[name]
  return value === undefined || name === 'SPILLWAY_SECRET' || name === 'DATABASE_URL'
    ? ''
    : ` (it is "${value.slice(0, 80)}")`
}

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
