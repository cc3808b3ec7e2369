import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { ICruiseResult } from 'dependency-cruiser'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Each rule's name, with one import that it must find: file -> what the file says. */
const VIOLATIONS: [rule: string, file: string, source: string][] = [
  ['core-layer', 'src/core/a.ts', `import '@/ports/target.ts'`],
  ['core-no-packages', 'src/core/b.ts', `import { readFileSync } from 'node:fs'`],
  ['core-no-packages', 'src/core/c.ts', `import { z } from 'zod'`],
  ['ports-layer', 'src/ports/a.ts', `import '@/services/target.ts'`],
  ['services-layer', 'src/services/a.ts', `import '@/api/target.ts'`],
  ['settler-layer', 'src/settler/a.ts', `import '../api/target.ts'`],
  ['auth-layer', 'src/auth/a.ts', `import '@/api/target.ts'`],
  ['api-layer', 'src/api/a.ts', `import '@/settler/target.ts'`],
  ['simulator-layer', 'src/simulator/a.ts', `import '@/api/target.ts'`],
  ['cli-layer', 'src/cli/a.ts', `import '@/ui/target.ts'`],
  ['adapters-layer', 'src/adapters/memory/a.ts', `import type { Target } from '@/services/target.ts'`],
  ['adapters-apart', 'src/adapters/memory/b.ts', `import '../postgres/target.ts'`],
  ['conformance-apart', 'src/adapters/conformance/a.ts', `import '../postgres/target.ts'`],
  ['adapters-named-by-main', 'src/cli/b.ts', `import '@/adapters/memory/target.ts'`],
  ['adapters-named-by-main', 'app/a.ts', `import '@/adapters/memory/target.ts'`],
  ['main-seen-by-entry-points', 'src/services/b.ts', `import '@/main/target.ts'`],
  ['app-layer', 'app/b.ts', `import '@/services/target.ts'`],
  ['ui-layer', 'src/ui/a.ts', `import type { Target } from '@/core/window/target.ts'`],
  ['ui-router-types-only', 'src/ui/b.ts', `import { target } from '@/api/trpc/target.ts'`],
  ['client-alone', 'src/client/a.ts', `import '@/core/shared/target.ts'`],
  ['client-alone', 'src/client/b.ts', `import { z } from 'zod'`],
  ['prisma-in-postgres', 'src/adapters/memory/c.ts', `import { PrismaClient } from '../../generated/prisma/client.ts'`],
  ['prisma-in-postgres', 'src/main/a.ts', `import { PrismaPg } from '@prisma/adapter-pg'`],
  ['resolvable', 'src/api/b.ts', `import '@/services/nowhere.ts'`],
]

/** Imports that look like the above and are allowed. */
const ALLOWED: [file: string, source: string][] = [
  ['src/core/ok.ts', `import '@/core/shared/target.ts'`],
  ['src/core/ok.test.ts', `import { test } from 'vitest'`],
  ['src/api/ok.ts', `import '../services/target.ts'`],
  ['src/ui/ok.ts', `import type { Target } from '@/api/trpc/target.ts'\nimport '@/core/shared/target.ts'`],
  ['src/main/ok.ts', `import '@/adapters/memory/target.ts'`],
  ['src/adapters/memory/ok.ts', `import '../conformance/target.ts'`],
  ['src/adapters/postgres/ok.ts', `import { PrismaPg } from '@prisma/adapter-pg'`],
  ['src/services/ok.test.ts', `import '@/adapters/memory/target.ts'`],
  ['app/ok.ts', `import '@/main/target.ts'`],
]

const TARGETS = [
  ...['core/shared', 'core/window', 'ports', 'services', 'settler', 'api', 'api/trpc', 'main', 'ui'].map(
    (folder) => `src/${folder}/target.ts`,
  ),
  ...['memory', 'postgres', 'conformance'].map((adapter) => `src/adapters/${adapter}/target.ts`),
  'src/generated/prisma/client.ts',
]

/** The command as `npm run check` runs it, in another tree. */
async function read(root: string): Promise<ICruiseResult> {
  const command = [
    resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    resolve('.dependency-cruiser.mjs'),
    '--output-type',
    'json',
    'src',
    'app',
  ]
  return new Promise((done, fail) => {
    // It exits with the number of violations: what counts is whether it printed a result.
    execFile(process.execPath, command, { cwd: root, maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => {
      if (stdout) done(JSON.parse(stdout) as ICruiseResult)
      else fail(error ?? new Error('no result'))
    })
  })
}

let planted: string
let result: ICruiseResult

beforeAll(async () => {
  planted = mkdtempSync(join(tmpdir(), 'spillway-boundaries-'))
  const write = (file: string, source: string) => {
    mkdirSync(dirname(join(planted, file)), { recursive: true })
    writeFileSync(join(planted, file), `${source}\n`)
  }
  for (const file of TARGETS)
    write(file, 'export const target = 1\nexport type Target = 1\nexport class PrismaClient {}')
  for (const [, file, source] of VIOLATIONS) write(file, source)
  for (const [file, source] of ALLOWED) write(file, source)
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: {
        module: 'ESNext',
        moduleResolution: 'Bundler',
        allowImportingTsExtensions: true,
        noEmit: true,
        paths: { '@/*': ['./src/*'] },
      },
    }),
  )
  symlinkSync(resolve('node_modules'), join(planted, 'node_modules'))
  result = await read(planted)
})

afterAll(() => rmSync(planted, { recursive: true, force: true }))

const brokenBy = (file: string) =>
  result.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name)

test.each(VIOLATIONS)('%s finds what %s imports', (rule, file) => {
  expect(brokenBy(file)).toContain(rule)
})

test('every rule has a violation planted above', () => {
  expect(new Set(result.summary.ruleSetUsed?.forbidden?.map(({ name }) => name))).toEqual(
    new Set(VIOLATIONS.map(([rule]) => rule)),
  )
})

test.each(ALLOWED)('%s is allowed', (file) => {
  expect(brokenBy(file)).toEqual([])
})

test('the real tree is read at all: with some compilers the tool reads no module, and passes', async () => {
  const real = await read(resolve('.'))
  expect(real.modules.filter(({ source }) => source.startsWith('src/')).length).toBeGreaterThan(0)
  const aliased = real.modules
    .flatMap(({ dependencies }) => dependencies)
    .filter(({ dependencyTypes }) => dependencyTypes.includes('aliased'))
  expect(aliased.length).toBeGreaterThan(0)
})
