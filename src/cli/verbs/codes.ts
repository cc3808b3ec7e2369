import type { Command } from 'commander'
import { formatCredits, parseAmount } from '../../core/shared/amount.ts'
import { createPromotionCode } from '../../services/promotion/create.ts'
import { CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import { whole } from '../parse.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
  title: string
  microCredits: string
  limit: number
  perCustomer: number
  grantDays?: number
  validDays?: number
  features?: string
}

const DAY_MS = 24 * 3_600_000
const WHY = {
  malformed: 'a code has 4 to 32 letters, digits and hyphens',
  taken: 'that code was made before',
  over_before_it_begins: 'it would be over before it begins',
} as const

export function addCodes(program: Command): void {
  const codes = program.command('codes').description('promotion codes')
  codes
    .command('create <code>')
    .description('make a code that gives its redeemer a promotion grant')
    .requiredOption('--title <text>', 'what the grant is called')
    .requiredOption('--micro-credits <n>', 'what each grant is worth')
    .requiredOption('--limit <n>', 'redemptions in all', whole(1, 1_000_000))
    .option('--per-customer <n>', 'redemptions of one customer', whole(1, 100), 1)
    .option('--grant-days <n>', 'a grant ends after so many days', whole(1, 3_650))
    .option('--valid-days <n>', 'the code ends after so many days', whole(1, 3_650))
    .option('--features <list>', 'only for these features, with commas between')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(create)
}

async function create(code: string, flags: Flags): Promise<void> {
  const amount = parseAmount(flags.microCredits)
  if (amount === null || amount === 0n)
    throw new CliFailure(EXIT.usage, 'write --micro-credits as a whole number above zero')
  await withEngine(flags, async ({ engine }) => {
    const nowMs = engine.clock.nowMs()
    const result = await createPromotionCode(engine, {
      code: {
        code,
        title: flags.title,
        amount,
        features: flags.features?.split(',') ?? null,
        grantDays: flags.grantDays ?? null,
        totalLimit: flags.limit,
        customerLimit: flags.perCustomer,
        validFromMs: nowMs,
        validUntilMs: flags.validDays === undefined ? null : nowMs + flags.validDays * DAY_MS,
      },
      actor: { kind: 'system', job: 'cli' },
    })
    if (result.kind !== 'created') throw new CliFailure(EXIT.usage, `no code was made: ${WHY[result.kind]}`)
    const made = result.code
    output(flags).result(
      made,
      () => `${made.code}: ${formatCredits(made.amount)} credits, ${made.totalLimit} times (${made.id})`,
    )
  })
}
