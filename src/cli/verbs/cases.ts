import type { Command } from 'commander'
import { MESSAGE_LENGTH } from '../../core/shared/written-text.ts'
import { closeCase } from '../../services/case/close.ts'
import { type CaseView, readCase } from '../../services/case/read.ts'
import { replyToCase } from '../../services/case/reply.ts'
import type { Engine } from '../../services/engine.ts'
import { CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import { written } from '../parse.ts'
import { staffMember } from '../staff-member.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
}

const SHOWN = 200

export function addCases(program: Command): void {
  const cases = program.command('cases').description('questions and disputes of customers')
  cases
    .command('list')
    .description('those that wait for staff, the longest first; or all of one customer, the newest first')
    .option('--customer <id>', 'of that customer')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(list)
  cases
    .command('show')
    .description('one case: its evidence in order, what it says of itself, and the conversation')
    .argument('<id>', 'of the case')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(show)
  cases
    .command('reply')
    .description('write to the customer')
    .argument('<id>', 'of the case')
    .requiredOption('--as <address>', 'who of staff writes')
    .requiredOption('--message <text>', 'what the customer reads', written(MESSAGE_LENGTH))
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(reply)
  cases
    .command('close')
    .description('end a case; it stays readable')
    .argument('<id>', 'of the case')
    .requiredOption('--as <address>', 'who of staff closes it')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(close)
}

const minute = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16)

async function list(flags: Flags & { customer?: string }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const { customer } = flags
    const cases = customer === undefined ? await engine.cases.waiting(SHOWN) : await engine.cases.list(customer)
    output(flags).result({ cases }, () =>
      cases.length === 0
        ? 'there are none'
        : cases
            .map((file) => [file.id, file.customer, minute(file.changedAtMs), file.state, file.title].join('  '))
            .join('\n'),
    )
  })
}

async function show(id: string, flags: Flags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const view = await readCase(engine, null, id)
    if (view === null) throw new CliFailure(EXIT.usage, `there is no case ${id}`)
    output(flags).result(view, () => textOf(view))
  })
}

function textOf({ file, checks, checksNow, timeline, messages }: CaseView): string {
  const { standing, decision } = file.evidence
  return [
    `${file.id}  ${file.state}  ${file.title}`,
    `  of ${file.customer}, about ${file.about.id}; tier ${standing.tier}, state ${standing.stateVersion}`,
    ...(decision === null ? [] : [`  ${decision.sentence}`]),
    ...Object.entries(checks).map(([check, result]) => {
      const now = result === 'waits' && checksNow !== null ? `, now ${checksNow[check as keyof typeof checks]}` : ''
      return `  ${check}: ${result ?? 'not decided here'}${now}`
    }),
    ...timeline.map((moment) => `  ${new Date(moment.atMs).toISOString()}  ${moment.kind}  ${idOf(moment)}`.trimEnd()),
    ...messages.flatMap(({ side, authorName, body, writtenAtMs }) => [
      `${minute(writtenAtMs)}  ${authorName} (${side}):`,
      ...body.split('\n').map((line) => `  ${line}`),
    ]),
  ].join('\n')
}

function idOf(moment: CaseView['timeline'][number]): string {
  switch (moment.kind) {
    case 'decided':
    case 'alike':
      return moment.decision.id
    case 'used':
    case 'charged':
      return moment.event.id
    case 'moved':
      return moment.update.id
    case 'collected':
      return ''
  }
}

const authorOf = async (engine: Engine, address: string) => {
  const { id, name } = await staffMember(engine, address, 'case.answer')
  return { customer: null, id, name }
}

const WHY = {
  unknown: 'there is no such case',
  closed: 'it is closed',
  closed_before: 'it was closed before',
  full: 'it has as many messages as there may be',
} as const

const refused = (id: string, why: keyof typeof WHY): CliFailure =>
  new CliFailure(why === 'unknown' ? EXIT.usage : EXIT.no, `${id}: ${WHY[why]}`)

async function reply(id: string, flags: Flags & { as: string; message: string }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const by = await authorOf(engine, flags.as)
    const outcome = await replyToCase(engine, { id, by, body: flags.message })
    if (outcome !== 'added') throw refused(id, outcome)
    output(flags).result({ id, outcome }, () => `${id}: the customer has the word`)
  })
}

async function close(id: string, flags: Flags & { as: string }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const by = await authorOf(engine, flags.as)
    const outcome = await closeCase(engine, { id, by })
    if (outcome !== 'closed') throw refused(id, outcome)
    output(flags).result({ id, outcome }, () => `${id} is closed`)
  })
}
