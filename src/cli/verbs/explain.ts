import type { Command } from 'commander'
import { formatCredits } from '../../core/shared/amount.ts'
import { explainDecision } from '../../services/access/explain-decision.ts'
import { whatIf } from '../../services/access/what-if.ts'
import { AnswerIsNo, CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import { microCredits, whole } from '../parse.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
  policy?: number
  moreCredits?: bigint
}

export function addExplain(program: Command): void {
  program
    .command('explain <decision>')
    .description(
      'why a decision was made: the sentence the customer saw, each step, and whether the rules still say so',
    )
    .option('--policy <version>', 'also: what another policy version would have said', whole(1, 999_999_999))
    .option('--more-credits <amount>', 'also: what that many more micro-credits would have changed', microCredits)
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(explain)
}

async function explain(id: string, flags: Flags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const stored = await engine.readers.decision(id)
    const explanation = stored && (await explainDecision(engine, stored.decision.customer, id))
    if (stored === null || explanation === null) throw new CliFailure(EXIT.usage, `there is no decision ${id}`)
    const { decision } = explanation
    const asked = flags.policy !== undefined || flags.moreCredits !== undefined
    const otherwise = { policyVersion: flags.policy ?? null, moreCredits: flags.moreCredits ?? null }
    const imagined = asked ? await whatIf(engine, stored, otherwise) : null
    if (imagined !== null && imagined.kind !== 'decided') {
      throw new CliFailure(EXIT.usage, `policy version ${imagined.version} is not there or cannot price this request`)
    }
    output(flags).result({ ...explanation, whatIf: imagined }, () =>
      [
        explanation.sentence,
        '',
        `${decision.outcome} at ${new Date(decision.atMs).toISOString()} for ${decision.customer}, ${explanation.featureTitle}, policy version ${decision.policyVersion}`,
        `cost ${formatCredits(decision.cost)} credits, granted ${formatCredits(decision.granted)}`,
        '',
        ...explanation.sentences.map((sentence, index) => `${String(index + 1).padStart(3)}. ${sentence}`),
        ...(explanation.waysOn.length > 0
          ? ['', 'Ways on:', ...explanation.waysOn.map(({ sentence }) => `  - ${sentence}`)]
          : []),
        '',
        {
          identical: 'The same rules on the stored inputs give the same decision.',
          differs: 'The rules give another decision now: run verify.',
          unavailable: 'Its policy version is not known here.',
        }[explanation.replay.kind],
        ...(imagined === null ? [] : ['', `Otherwise: ${imagined.sentence}`]),
      ].join('\n'),
    )
    if (explanation.replay.kind === 'differs') throw new AnswerIsNo('the stored decision is not reproducible')
  })
}
