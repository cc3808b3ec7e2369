import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { formatCredits } from '../../core/shared/amount.ts'
import { type ExportedHeads, readExportedHeads } from '../../services/verify/export-head.ts'
import type { VerifyReport } from '../../services/verify/report.ts'
import { signReport } from '../../services/verify/sign-report.ts'
import { verify } from '../../services/verify/verify.ts'
import { AnswerIsNo, CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output, toJson } from '../output.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
  customer?: string
  out?: string
  heads?: string
}

export function addVerify(program: Command): void {
  program
    .command('verify')
    .description('recompute every chain, balance, price, decision and window, and name what does not add up')
    .option('--customer <id>', 'only this customer')
    .option('--heads <file>', 'chain heads that were exported outside the database: finds a cut-off tail')
    .option('--out <file>', 'write the signed report there')
    .option('--json', 'machine form: the signed report')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(run)
}

async function run(flags: Flags): Promise<void> {
  await withEngine(flags, async ({ engine, verifyStore }) => {
    const out = output(flags)
    if (flags.customer !== undefined && (await engine.readers.customer(flags.customer)) === null) {
      throw new CliFailure(EXIT.usage, `there is no customer ${flags.customer}`)
    }
    const exported = flags.heads === undefined ? [] : await readHeads(flags.heads, engine.secret, out.note)
    const report = await verify(engine, verifyStore, {
      exported,
      ...(flags.customer === undefined ? {} : { customer: flags.customer }),
    })
    const signed = signReport(engine, report)
    if (flags.out !== undefined) {
      await writeFile(flags.out, `${toJson(signed)}\n`)
      out.note(`signed report: ${flags.out}`)
    }
    out.result(signed, () => print(report))
    if (!report.ok) throw new AnswerIsNo(`${report.unexplained} violations`)
  })
}

async function readHeads(
  path: string,
  secret: string,
  note: (text: string) => void,
): Promise<readonly ExportedHeads[]> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new CliFailure(EXIT.usage, `${path}: ${error.message}`)
  })
  const { heads, refused } = readExportedHeads(text, { secret })
  note(`${heads.length} exported heads${refused > 0 ? `, ${refused} lines without a valid signature passed over` : ''}`)
  return heads
}

function print(report: VerifyReport): string {
  const width = Math.max(...report.checks.map((check) => check.id.length))
  return [
    `${report.customer ?? 'All customers'}, ${report.startedAt} to ${report.finishedAt}`,
    '',
    ...report.checks.flatMap((check) => [
      `${check.ok ? 'holds ' : 'BROKEN'}  ${check.id.padEnd(width)}  ${check.title} (${check.rows.toLocaleString('en-US')} rows)`,
      ...check.found.map((found) => `          ${found}`),
    ]),
    '',
    ...Object.entries(report.counts).map(
      ([name, count]) => `  ${name.padEnd(24)}${count.toLocaleString('en-US').padStart(20)}`,
    ),
    ...Object.entries(report.sums).map(
      ([name, sum]) => `  ${name.padEnd(24)}${formatCredits(BigInt(sum)).padStart(20)} credits`,
    ),
    '',
    `unexplained: ${report.unexplained}`,
  ].join('\n')
}
