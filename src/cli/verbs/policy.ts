import type { Command } from 'commander'
import { z } from 'zod'
import { diffPolicies } from '../../core/policy/diff.ts'
import { publishPolicy } from '../../services/policy/publish.ts'
import { policyDocumentSchema } from '../../services/policy/schema.ts'
import { CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output, toJson } from '../output.ts'
import { readPolicyFile } from '../read-policy-file.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
  note?: string
  version?: number
}

export function addPolicy(program: Command): void {
  const policy = program.command('policy').description('show, check and publish the policy')
  const verb = (name: string, description: string) =>
    policy
      .command(name)
      .description(description)
      .option('--json', 'machine form')
      .option('--database-url <url>', 'another database than that of the engine here')

  verb('show', 'print the policy in force').action(show)
  verb('check <file>', 'validate a document; every problem with its path').action(check)
  verb('diff <file>', 'what publishing the file would change, in sentences').action(diff)
  verb('apply <file>', 'validate and publish; in force on every process within 2 s')
    .option('--note <text>', 'why, for the audit', 'Applied from a file')
    .action(apply)
  policy
    .command('schema')
    .description('print the JSON Schema of a policy document, for editors')
    .option('--json', 'the same: it is JSON either way')
    .action(() => {
      process.stdout.write(`${toJson(z.toJSONSchema(policyDocumentSchema))}\n`)
    })
}

async function show(flags: Flags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const current = await engine.policyStore.current()
    if (current === null) throw new CliFailure(EXIT.no, 'no policy was published yet')
    const { document, ...rest } = current
    output(flags).note(`version ${rest.version}, published ${new Date(rest.publishedAtMs).toISOString()}: ${rest.note}`)
    output(flags).result(current, () => toJson(document))
  })
}

async function check(file: string, flags: Flags): Promise<void> {
  const document = await readPolicyFile(file)
  output(flags).result({ valid: true, title: document.title }, () => `${file}: valid ("${document.title}")`)
}

async function diff(file: string, flags: Flags): Promise<void> {
  const document = await readPolicyFile(file)
  await withEngine(flags, async ({ engine }) => {
    const current = await engine.policyStore.current()
    if (current === null)
      throw new CliFailure(EXIT.no, 'no policy was published yet, so there is nothing to compare with')
    const changes = diffPolicies(current.document, document)
    output(flags).result({ base: current.version, changes }, () =>
      changes.length === 0
        ? `no change from version ${current.version}`
        : changes.map((change) => change.sentence).join('\n'),
    )
  })
}

async function apply(file: string, flags: Flags): Promise<void> {
  const document = await readPolicyFile(file)
  await withEngine(flags, async ({ engine }) => {
    const current = await engine.policyStore.current()
    const changes = current === null ? [] : diffPolicies(current.document, document)
    const base = current?.version ?? 0
    const result = await publishPolicy(engine, {
      base,
      document,
      note: flags.note ?? '',
      actor: { kind: 'system', job: 'cli' },
    })
    switch (result.kind) {
      case 'published':
        return output(flags).result({ ...result, base, changes }, () =>
          [
            `version ${result.version} is in force on every process within 2 s`,
            ...changes.map((change) => `  ${change.sentence}`),
          ].join('\n'),
        )
      case 'unchanged':
        return output(flags).result(result, () => `no change: version ${result.current} says the same`)
      case 'stale':
        throw new CliFailure(
          EXIT.no,
          `somebody published version ${result.current} meanwhile; look at it and apply again`,
        )
      case 'invalid':
        throw new CliFailure(
          EXIT.no,
          `${file}: nothing was changed`,
          result.problems.map(({ path, problem }) => `${path}: ${problem}`),
        )
    }
  })
}
