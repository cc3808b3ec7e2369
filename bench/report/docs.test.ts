import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fillDocs } from './docs.ts'
import type { Result } from './result.ts'
import { readStored } from './stored.ts'

const docs = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8')

test('the figures in the docs are those of the stored result', () => {
  expect(docs).toBe(fillDocs(docs, readStored()))
})

const result: Result = {
  machine: 'a machine',
  at: '2026-01-02T03:04:05.000Z',
  mode: 'full',
  rounds: 5,
  cells: [],
  ratios: { transactVsCommit: 2.5, hotVsUniform: 0.5, p99Ms64: 12 },
  noise: { transactVsCommit: 0.04 },
  growth: null,
  soak: null,
  trace: null,
  portal: null,
}

test('a goal is said to be met, or how far it is', () => {
  const filled = fillDocs(docs, result)
  expect(filled).toMatch(/`transactVsCommit` .* ≥ 2.5 \| 2.5 ± 4 % \| met \|/)
  expect(filled).toMatch(/`hotVsUniform` .* \*\*not met\*\*: 50 % of the way \|/)
  expect(filled).toMatch(/`p99Ms64` .* ≤ 6 \| 12 ± 0 % \| \*\*not met\*\*: 50 % of the way \|/)
  expect(filled).toMatch(/`httpVsBare` .* not measured/)
})

test('filling twice is filling once, and what is not between markers stays', () => {
  const once = fillDocs(docs, result)
  expect(fillDocs(once, result)).toBe(once)
  expect(once).toContain('## What makes it quick')
})

test('a marker that is missing is not passed over', () => {
  expect(() => fillDocs(docs.replace('<!-- /bench:soak -->', ''), result)).toThrow('bench:soak')
})
