import { type Command, InvalidArgumentError } from 'commander'
import { type Scope, SCOPES } from '../../ports/key-store.ts'
import { createKey } from '../../services/key/create.ts'
import { revokeKey } from '../../services/key/revoke.ts'
import { rotateKey } from '../../services/key/rotate.ts'
import { CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import { whole } from '../parse.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
  name: string
  customer?: string
  scopes: readonly Scope[]
  days?: number
}

const WHY = {
  bad_name: 'a name has 1 to 100 characters',
  no_scope: 'at least one scope is needed',
  expiry_passed: 'it would have expired already',
  scope_not_for_customers: 'a customer key may have the scopes decide, read and ingest only',
} as const

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('API keys')
  keys
    .command('create')
    .description('make an API key; its secret is shown this once')
    .requiredOption('--name <text>', 'what people call it')
    .option('--customer <id>', 'a key of that customer for its own data; without it a service key')
    .option('--scopes <list>', `of ${SCOPES.join(',')}`, parseScopes, ['decide', 'read'] as readonly Scope[])
    .option('--days <n>', 'expires after so many days', whole(1, 3_650))
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(create)
  keys
    .command('list')
    .description('service keys, or those of one customer')
    .option('--customer <id>', 'of that customer')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(list)
  keys
    .command('rotate')
    .description('put a new secret beside a key; the old one goes on for a while')
    .argument('<id>', 'of the key')
    .option('--overlap-hours <n>', 'how long the old secret still works', whole(0, 720), 24)
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(rotate)
  keys
    .command('revoke')
    .description('end a key; every process refuses it within a second')
    .argument('<id>', 'of the key')
    .requiredOption('--reason <text>', 'for the audit log')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(revoke)
}

const ACTOR = { kind: 'system', job: 'cli' } as const
/** This process remembers no keys; those that do hear of the change from the store. */
const NO_MEMORY = { forget: () => {} }

interface KeyFlags extends DatabaseFlags {
  json?: boolean
}

async function list(flags: KeyFlags & { customer?: string }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const keys = (await engine.keys.list(flags.customer ?? null)).map(({ secretHash: _hash, ...key }) => key)
    output(flags).result({ keys }, () =>
      keys.length === 0
        ? 'there are none'
        : keys
            .map((key) =>
              [
                key.id,
                `${key.prefix}…`,
                key.revokedAtMs === null
                  ? key.expiresAtMs === null
                    ? 'no end'
                    : `until ${day(key.expiresAtMs)}`
                  : 'revoked',
                key.lastUsedAtMs === null ? 'never used' : `used ${day(key.lastUsedAtMs)}`,
                key.scopes.join(','),
                key.name,
              ].join('  '),
            )
            .join('\n'),
    )
  })
}

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16)

async function rotate(id: string, flags: KeyFlags & { overlapHours: number }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const key = await engine.keys.byId(id)
    if (key === null) throw new CliFailure(EXIT.usage, `there is no key ${id}`)
    const result = await rotateKey(
      { ...engine, authenticator: NO_MEMORY },
      { key: id, customer: key.customer, overlapMs: flags.overlapHours * 3_600_000, actor: ACTOR },
    )
    if (result.kind !== 'rotated') throw new CliFailure(EXIT.no, `${id} has ended, or is being replaced already`)
    const { secret, oldEndsAtMs } = result
    output(flags).note(
      `${result.key.id}; the old secret works until ${day(oldEndsAtMs)}. The new one is shown only now:`,
    )
    output(flags).result({ id: result.key.id, replaces: id, oldEndsAtMs, secret }, () => secret)
  })
}

async function revoke(id: string, flags: KeyFlags & { reason: string }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const key = await engine.keys.byId(id)
    if (key === null) throw new CliFailure(EXIT.usage, `there is no key ${id}`)
    const outcome = await revokeKey(
      { ...engine, authenticator: NO_MEMORY },
      { key: id, customer: key.customer, actor: ACTOR, reason: flags.reason },
    )
    if (outcome !== 'revoked') throw new CliFailure(EXIT.no, `${id} was revoked already`)
    output(flags).result({ id, revoked: true }, () => `${id} is revoked`)
  })
}

async function create(flags: Flags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const customer = flags.customer ?? null
    if (customer !== null && (await engine.readers.customer(customer)) === null)
      throw new CliFailure(EXIT.usage, `there is no customer ${customer}`)
    const result = await createKey(engine, {
      customer,
      name: flags.name,
      scopes: flags.scopes,
      expiresAtMs: flags.days === undefined ? null : engine.clock.nowMs() + flags.days * 86_400_000,
      actor: ACTOR,
      reason: null,
    })
    if (result.kind === 'refused') throw new CliFailure(EXIT.usage, `no key was made: ${WHY[result.why]}`)
    const { key, secret } = result
    output(flags).note(`${key.id} (${key.scopes.join(', ')}); the secret is shown only now:`)
    output(flags).result(
      { id: key.id, name: key.name, scopes: key.scopes, customer: key.customer, expiresAtMs: key.expiresAtMs, secret },
      () => secret,
    )
  })
}

function parseScopes(text: string): readonly Scope[] {
  const scopes = text.split(',').map((scope) => scope.trim())
  const unknown = scopes.filter((scope) => !SCOPES.includes(scope as Scope))
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no scope ${unknown.join(', ')}; scopes are ${SCOPES.join(', ')}.`)
  return scopes as Scope[]
}
