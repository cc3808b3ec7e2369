import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { scratchFolder } from '../../../tests/scratch-folder.ts'
import { ENDPOINTS } from './endpoints.ts'
import { openApiDocument } from './openapi.ts'

const document = openApiDocument(ENDPOINTS) as {
  paths: Record<string, Record<string, { operationId: string }>>
  components: { schemas: Record<string, unknown> }
}

test('every endpoint is described once', () => {
  const described = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId))
  expect(described.sort()).toEqual(ENDPOINTS.map((one) => one.operationId).sort())
})

test('every reference leads somewhere', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  )
  expect(references.length).toBeGreaterThan(20)
  expect(references.filter((name) => !(name! in document.components.schemas))).toEqual([])
})

test('unknown members are refused by the description as they are by the server', () => {
  expect(document.components.schemas['DecisionRequest']).toMatchObject({ type: 'object', additionalProperties: false })
})

test('the linter has nothing to say', { timeout: 60_000 }, async () => {
  const folder = scratchFolder('openapi')
  const file = join(folder, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  writeFileSync(join(folder, 'redocly.yaml'), 'extends: [recommended]\nrules:\n  no-server-example.com: off\n')
  const linter = join(process.cwd(), 'node_modules/.bin/redocly')
  const said = await promisify(execFile)(
    linter,
    ['lint', file, '--config', join(folder, 'redocly.yaml'), '--format', 'json'],
    {
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
    },
  ).catch((fault: { stdout: string }) => fault)
  const { problems } = JSON.parse(said.stdout) as { problems: { message: string; location: { pointer: string }[] }[] }
  expect(problems.map(({ message, location }) => `${location[0]?.pointer}: ${message}`)).toEqual([])
})
