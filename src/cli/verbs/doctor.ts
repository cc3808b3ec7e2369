import type { Command } from 'commander'
import { spillwayHome } from '../../simulator/demo-file.ts'
import { checkDatabase } from '../doctor/database.ts'
import { checkEngine } from '../doctor/engine.ts'
import { type Finding, look, note, ok } from '../doctor/finding.ts'
import { checkDisk, checkEnvironment, checkMemory, checkNode } from '../doctor/machine.ts'
import { AnswerIsNo } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import { type DatabaseFlags, databaseUrlFrom, demoFile, isAlive } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'look at environment, disk, database, migrations, clock, policy, keys and settlement; name every wrong thing at once',
    )
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(run)
}

async function run(flags: Flags): Promise<void> {
  const findings = [
    ...checkNode(process.version),
    ...(await look('environment', async () => checkEnvironment(process.env))),
    ...checkMemory(),
    ...(await look('disk', () => checkDisk(spillwayHome()))),
    ...(await look('engine', checkRunning)),
    ...(await checkStore(flags)),
  ]
  const wrongs = findings.filter((finding) => finding.verdict === 'wrong').length
  output(flags).result({ ok: wrongs === 0, findings }, () => print(findings))
  if (wrongs > 0) throw new AnswerIsNo(wrongs === 1 ? '1 thing is wrong' : `${wrongs} things are wrong`)
}

async function checkRunning(): Promise<Finding[]> {
  const demo = await demoFile()
  if (demo === null) return [note('engine', 'none was started here yet: `npm start`')]
  const alive = await isAlive(demo.baseUrl)
  return [
    alive
      ? ok('engine', `answers at ${demo.baseUrl}`)
      : note('engine', `the one started last, at ${demo.baseUrl}, does not answer now: \`npm start\``),
  ]
}

/** The engine is opened only on a database that is sound: its own failure would say less. */
async function checkStore(flags: Flags): Promise<readonly Finding[]> {
  const url = await databaseUrlFrom(flags).catch(() => null)
  if (url === null) return [note('database', 'none is named: the embedded one starts with `npm start`')]
  if (await sleeps(url)) return [note('database', 'the embedded one stopped with its engine: `npm start`')]
  const database = await look('database', () => checkDatabase(url))
  if (database.some((finding) => finding.verdict === 'wrong')) return database
  return [
    ...database,
    ...(await look('engine', () => withEngine({ databaseUrl: url }, ({ engine }) => checkEngine(engine)))),
  ]
}

/** The address is that of an engine here which does not run now. */
async function sleeps(url: string): Promise<boolean> {
  const demo = await demoFile().catch(() => null)
  return process.env['DATABASE_URL'] === undefined && demo?.databaseUrl === url && !(await isAlive(demo.baseUrl))
}

const MARK = { ok: 'ok   ', note: 'note ', wrong: 'WRONG' } as const

const print = (findings: readonly Finding[]) =>
  findings.map(({ check, verdict, says }) => `${MARK[verdict]}  ${check.padEnd(12)} ${says}`).join('\n')
