import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from './scratch.ts'

test('a new folder removes those of processes that are gone, and nothing else', () => {
  const inside = mkdtempSync(join(tmpdir(), 'scratch-'))
  onTestFinished(() => rmSync(inside, { recursive: true, force: true }))
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  mkdirSync(join(inside, `spillway-bench-${gone}-a`))
  writeFileSync(join(inside, `spillway-bench-${gone}-a`, 'data'), 'x')
  const kept = [`spillway-bench-${process.ppid}-b`, 'spillway-bench-c', `other-${gone}-d`]
  for (const name of kept) mkdirSync(join(inside, name))
  const mine = scratchFolder(inside)
  expect(readdirSync(inside).sort()).toEqual([...kept, basename(mine)].sort())
})
