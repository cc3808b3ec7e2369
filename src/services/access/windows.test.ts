import { expect, test } from 'vitest'
import { paceOf } from './windows.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const base = { used: 0n, remaining: 100n, startMs: 0, resetsAtMs: 5 * HOUR, atMs: HOUR, sliding: false }

test.each([
  ['nothing used', {}, { kind: 'idle' }],
  ['nothing left', { used: 100n, remaining: 0n }, { kind: 'empty' }],
  ['too short a sample', { used: 50n, atMs: MIN - 1 }, { kind: 'idle' }],
  ['half used after an hour of five', { used: 50n, remaining: 50n }, { kind: 'runs_out', atMs: 2 * HOUR }],
  ['a tenth used after an hour of five', { used: 10n, remaining: 90n }, { kind: 'lasts' }],
  ['exactly as fast as the window allows', { used: 20n, remaining: 80n }, { kind: 'lasts' }],
  ['not started', { used: 10n, startMs: null, resetsAtMs: null }, { kind: 'idle' }],
  ['sliding gives back as it goes', { used: 50n, sliding: true }, { kind: 'idle' }],
  [
    'amounts beyond 2^53',
    { used: 9_000_000_000_000_000_000n, remaining: 9_000_000_000_000_000_000n },
    { kind: 'runs_out', atMs: 2 * HOUR },
  ],
])('%s', (_, changed, expected) => {
  expect(paceOf({ ...base, ...changed })).toEqual(expected)
})
