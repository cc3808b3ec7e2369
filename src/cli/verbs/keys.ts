import { type Command, InvalidArgumentError } from 'commander'
import { type Scope, SCOPES } from '../../ports/key-store.ts'
import { createKey } from '../../services/key/create.ts'
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
      actor: { kind: 'system', job: 'cli' },
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
