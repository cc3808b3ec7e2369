import { Command, CommanderError } from 'commander'
import { AnswerIsNo, CliFailure, EXIT, type ExitCode } from './exit.ts'
import { toJson } from './output.ts'
import { addCases } from './verbs/cases.ts'
import { addCodes } from './verbs/codes.ts'
import { addDoctor } from './verbs/doctor.ts'
import { addExplain } from './verbs/explain.ts'
import { addKeys } from './verbs/keys.ts'
import { addPolicy } from './verbs/policy.ts'
import { addPurchases } from './verbs/purchases.ts'
import { addReplay } from './verbs/replay.ts'
import { addRequests } from './verbs/requests.ts'
import { addStaff } from './verbs/staff.ts'
import { addTasks } from './verbs/tasks.ts'
import { addTrace } from './verbs/trace.ts'
import { addVerify } from './verbs/verify.ts'

const EXIT_CODES = `
Exit codes: 0 it is so · 1 it ran and the answer is no (violations, failed requests, findings, a refused policy)
            2 it could not begin (arguments, files, unknown ids) · 3 the engine or its database does not answer`

/** The command line. Every verb takes --json; results go to stdout, all else to stderr. */
export function buildProgram(): Command {
  const program = new Command('spillway')
    .description('Rate limits, grants and credits in one decision: the command line beside the engine.')
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(spillway --help lists the verbs)')
    .exitOverride()
  for (const add of [
    addReplay,
    addTrace,
    addPolicy,
    addVerify,
    addExplain,
    addDoctor,
    addKeys,
    addCodes,
    addRequests,
    addCases,
    addPurchases,
    addStaff,
    addTasks,
  ])
    add(program)
  for (const command of program.commands) makeUniform(command)
  return program
}

function makeUniform(command: Command): void {
  command.exitOverride().addHelpText('after', EXIT_CODES)
  for (const child of command.commands) makeUniform(child)
}

/** Runs one command line; prints what went wrong as one sentence, or as JSON with --json. Never throws. */
export async function runCli(argv: readonly string[]): Promise<ExitCode> {
  try {
    await buildProgram().parseAsync([...argv], { from: 'user' })
    return EXIT.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
    const failure = asFailure(error)
    if (argv.includes('--json') && !(failure instanceof AnswerIsNo))
      process.stdout.write(`${toJson({ error: failure.message, details: failure.details })}\n`)
    else process.stderr.write(`${[failure.message, ...failure.details.map((detail) => `  ${detail}`)].join('\n')}\n`)
    return failure.code
  }
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EPIPE'])

function asFailure(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error
  const inner = error instanceof AggregateError ? error.errors[0] : error
  const code = (inner as NodeJS.ErrnoException | null)?.code
  const message = inner instanceof Error ? inner.message : String(inner)
  if (code !== undefined && UNREACHABLE.has(code))
    return new CliFailure(EXIT.unreachable, `nothing answers there (${message}): is the engine running? \`npm start\``)
  if ((inner as Error | null)?.name === 'SpillwayUnreachable') return new CliFailure(EXIT.unreachable, message)
  if ((inner as Error | null)?.name === 'SpillwayProblem')
    return new CliFailure(EXIT.no, `the engine refused: ${message}`)
  return new CliFailure(
    EXIT.no,
    process.env['SPILLWAY_DEBUG'] && inner instanceof Error ? (inner.stack ?? message) : message,
  )
}

if (process.argv[1] !== undefined && import.meta.url === new URL(`file://${process.argv[1]}`).href) {
  process.exitCode = await runCli(process.argv.slice(2))
}
