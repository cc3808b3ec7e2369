import { type Command, InvalidArgumentError } from 'commander'
import { formatCredits, parseAmount } from '../../core/shared/amount.ts'
import { REASON_LENGTH } from '../../core/shared/written-text.ts'
import type { LimitRequest } from '../../ports/limit-request-store.ts'
import { answerLimitRequest, type AnswerOutcome } from '../../services/limit-request/answer.ts'
import { CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import { whole, written } from '../parse.ts'
import { staffMember } from '../staff-member.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
}

interface ApproveFlags extends Flags {
  as: string
  limit: bigint
  days?: number
  answer?: string
}

const SHOWN = 200
const DAY_MS = 24 * 3_600_000

/** What a customer asked for changes what the customer may: the same permission as changing them. */
const PERMISSION = 'customers.change'

export function addRequests(program: Command): void {
  const requests = program.command('requests').description('what customers asked for: more of a limit')
  requests
    .command('list')
    .description('those that wait for an answer, the longest first; or all of one customer, the newest first')
    .option('--customer <id>', 'of that customer')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(list)
  requests
    .command('approve')
    .description('grant more: in force from the next request on')
    .argument('<id>', 'of the request')
    .requiredOption('--as <address>', 'who of staff answers')
    .requiredOption('--limit <n>', 'the new limit: micro-credits of a window or cap, units of a guard', limitOf)
    .option('--days <n>', 'ends after so many days; without it, it stays', whole(1, 3_650))
    .option('--answer <text>', 'what the customer reads', written(REASON_LENGTH))
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(approve)
  requests
    .command('decline')
    .description('grant nothing, and say why')
    .argument('<id>', 'of the request')
    .requiredOption('--as <address>', 'who of staff answers')
    .requiredOption('--answer <text>', 'what the customer reads', written(REASON_LENGTH))
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(decline)
}

async function list(flags: Flags & { customer?: string }): Promise<void> {
  await withEngine(flags, async ({ engine: { limitRequests } }) => {
    const { customer } = flags
    const requests = customer === undefined ? await limitRequests.open(SHOWN) : await limitRequests.list(customer)
    output(flags).result({ requests }, () =>
      requests.length === 0 ? 'there are none' : requests.map(lineOf).join('\n'),
    )
  })
}

function lineOf(request: LimitRequest): string {
  const { id, customer, target, title, limitThen, asked, askedAtMs, askedByName, why, outcome } = request
  const amount = (value: bigint) => (target.kind === 'guard' ? `${value}` : `${formatCredits(value)} credits`)
  const head = [id, customer, new Date(askedAtMs).toISOString().slice(0, 16), outcome.state]
  return `${head.join('  ')}\n  ${title} (${target.kind} ${target.id}): ${amount(limitThen)} -> ${amount(asked)}; ${askedByName}: ${why}`
}

const WHY: Record<Exclude<AnswerOutcome, 'approved' | 'approved_later' | 'declined'>, string> = {
  unknown: 'there is no such request',
  answered: 'it was answered before',
  gone: 'the customer’s tier has no such limit any more: decline it',
  not_more: 'that is no more than what is in force: decline it, or grant more',
  over_before_it_begins: 'it would be over before it begins',
  too_many: 'the customer has as many overrides as there may be: take some away first',
}

async function approve(id: string, flags: ApproveFlags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const { id: by } = await staffMember(engine, flags.as, PERMISSION)
    const untilMs = flags.days === undefined ? null : engine.clock.nowMs() + flags.days * DAY_MS
    const answer = { kind: 'approve', granted: flags.limit, untilMs, words: flags.answer ?? '' } as const
    tell(id, flags, await answerLimitRequest(engine, { id, by, answer }))
  })
}

async function decline(id: string, flags: Flags & { as: string; answer: string }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const { id: by } = await staffMember(engine, flags.as, PERMISSION)
    tell(id, flags, await answerLimitRequest(engine, { id, by, answer: { kind: 'decline', words: flags.answer } }))
  })
}

function tell(id: string, flags: Flags, outcome: AnswerOutcome): void {
  switch (outcome) {
    case 'approved':
      return output(flags).result({ id, outcome }, () => `${id} is approved and in force`)
    case 'approved_later':
      return output(flags).result({ id, outcome }, () => `${id} is approved; the engine puts it in force in seconds`)
    case 'declined':
      return output(flags).result({ id, outcome }, () => `${id} is declined`)
    case 'unknown':
      throw new CliFailure(EXIT.usage, `${id}: ${WHY[outcome]}`)
    case 'answered':
    case 'gone':
    case 'not_more':
    case 'over_before_it_begins':
    case 'too_many':
      throw new CliFailure(EXIT.no, `${id}: ${WHY[outcome]}`)
  }
}

function limitOf(text: string): bigint {
  const value = parseAmount(text)
  if (value === null || value === 0n) throw new InvalidArgumentError('Give a whole number above zero.')
  return value
}
