/**
 * `npm run check`: everything that can be said of the source without running it, in seconds.
 *
 * The steps run side by side and all of them run: one look shows all that is wrong.
 */
import { generateClient } from './steps/build.ts'
import { type Finished, run, seconds, tool } from './steps/run.ts'

const STEPS: [name: string, command: string[]][] = [
  ['types', tool('tsc', '--noEmit', '--pretty')],
  ['types of the core, without a clock or a socket', tool('tsc', '-p', 'tsconfig.core.json', '--pretty')],
  ['lint', tool('oxlint', '--type-aware')],
  ['format (npm run format mends it)', tool('biome', 'format', '.')],
  ['dead code', tool('knip', '--no-config-hints')],
  ['boundaries', tool('depcruise', '--config', '.dependency-cruiser.mjs', 'src', 'app', 'scripts')],
  ['schema', tool('prisma', 'validate')],
]

const startedMs = performance.now()
await generateClient('shown')

const failures: [name: string, result: Finished][] = []
await Promise.all(
  STEPS.map(async ([name, command]) => {
    const stepMs = performance.now()
    const result = await run(command, { output: 'collected' })
    console.log(`${result.code === 0 ? 'ok  ' : 'FAIL'}  ${seconds(stepMs).padStart(7)}  ${name}`)
    if (result.code !== 0) failures.push([name, result])
  }),
)
for (const [name, { output }] of failures) console.log(`\n--- ${name} ---\n${output.trim()}`)
console.log(
  failures.length === 0
    ? `\nAll ${STEPS.length} checks passed in ${seconds(startedMs)}.`
    : `\n${failures.length} of ${STEPS.length} checks failed: ${failures.map(([name]) => name).join(', ')}.`,
)
process.exitCode = failures.length === 0 ? 0 : 1
