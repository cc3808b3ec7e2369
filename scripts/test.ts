/**
 * `npm test`: everything, in numbered steps, on a machine that has Node and nothing else.
 *
 * `npm test -- --only check|unit|integration|e2e` runs that part and what it needs. All steps run even after a failure,
 * except those that need what failed. The last line counts tests; a step that fails without a failing test counts as one.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildPages, generateClient } from './steps/build.ts'
import { ensureChromium } from './steps/chromium.ts'
import { run, seconds, tool } from './steps/run.ts'
import { playwrightTally, type Tally, vitestTally } from './steps/tally.ts'

const PARTS = ['check', 'unit', 'integration', 'e2e'] as const
type Part = (typeof PARTS)[number]
const REPORTS = 'test-results/reports'

type Step = {
  name: string
  parts: readonly Part[]
  needs?: string
  act(): Promise<{ ok: boolean; tally?: Tally | undefined }>
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const only = PARTS.find((part) => part === values.only)
if (values.only !== undefined && !only) throw new Error(`--only takes one of: ${PARTS.join(', ')}`)

const reportOf = (name: string) => join(REPORTS, `${name}.json`)

async function vitest(name: string, ...projects: string[]) {
  const report = reportOf(name)
  const selection = projects.flatMap((project) => ['--project', project])
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await run(tool('vitest', 'run', ...selection, ...reporters), { output: 'shown' })
  return { ok: code === 0, tally: vitestTally(report) }
}

async function e2e() {
  const home = mkdtempSync(join(tmpdir(), 'spillway-e2e-'))
  chmodSync(home, 0o755) // PostgreSQL's account has to get through
  try {
    const env = { SPILLWAY_E2E_HOME: home, PLAYWRIGHT_JSON_OUTPUT_NAME: reportOf('e2e') }
    const { code } = await run(tool('playwright', 'test', '--reporter=list,json'), { output: 'shown', env })
    return { ok: code === 0, tally: playwrightTally(reportOf('e2e')) }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const STEPS: Step[] = [
  {
    name: 'a Chromium',
    parts: ['e2e'],
    act: async () => {
      const path = await ensureChromium((what) => console.log(`    ${what}`))
      if (path) process.env.CHROMIUM_PATH = path
      return { ok: path !== undefined }
    },
  },
  { name: 'database client', parts: PARTS, act: async () => ({ ok: (await generateClient('shown')) !== 'failed' }) },
  {
    name: 'check',
    parts: ['check'],
    act: async () => ({
      ok: (await run([process.execPath, '--import', 'tsx', 'scripts/check.ts'], { output: 'shown' })).code === 0,
    }),
  },
  {
    name: 'unit and component tests',
    parts: ['unit'],
    needs: 'database client',
    act: () => vitest('unit', 'unit', 'ui'),
  },
  {
    name: 'integration tests',
    parts: ['integration'],
    needs: 'database client',
    act: () => vitest('integration', 'integration'),
  },
  {
    name: 'production build',
    parts: ['e2e'],
    needs: 'database client',
    act: async () => ({ ok: (await buildPages()) !== 'failed' }),
  },
  { name: 'end-to-end tests', parts: ['e2e'], needs: 'production build', act: e2e },
]

const startedMs = performance.now()
rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
const steps = STEPS.filter(({ parts }) => !only || parts.includes(only))
const total: Tally = { passed: 0, failed: 0 }
const summary: string[] = []
const broken = new Set<string>()

for (const [i, step] of steps.entries()) {
  const title = `[${i + 1}/${steps.length}] ${step.name}`
  console.log(`\n${title}`)
  const stepMs = performance.now()
  const result = step.needs !== undefined && broken.has(step.needs) ? undefined : await step.act()
  if (!result?.ok) broken.add(step.name)
  total.passed += result?.tally?.passed ?? 0
  total.failed += Math.max(result?.tally?.failed ?? 0, result?.ok ? 0 : 1)
  const flaky = result?.tally?.flaky ? `, ${result.tally.flaky} FLAKY: mend them` : ''
  const counts = result?.tally ? `, ${result.tally.passed} passed, ${result.tally.failed} failed${flaky}` : ''
  const word = result ? (result.ok ? 'ok  ' : 'FAIL') : 'not run'
  summary.push(`${word} ${seconds(stepMs).padStart(8)}  ${title}${result ? counts : `: needs ${step.needs}`}`)
  console.log(`    ${result?.ok ? 'ok' : result ? 'FAILED' : 'not run'}, ${seconds(stepMs)}${counts}`)
}

console.log(`\n${summary.join('\n')}\n${seconds(startedMs)} in all\n`)
process.exitCode = broken.size === 0 ? 0 : 1
console.log(`${total.passed} passed, ${total.failed} failed`)
