import { expect, test } from 'vitest'
import { checkLines, type CaseView } from './words.ts'

const given = (checks: Partial<CaseView['checks']>, more: { now?: CaseView['checks']; proof?: unknown[] } = {}) =>
  checkLines({
    checks: { charged: 'holds', moved: 'holds', once: 'holds', alone: 'holds', replayed: 'holds', ...checks },
    checksNow: more.now ?? null,
    file: { evidence: { proof: more.proof ?? [{ balanceUpdates: [{}] }] } } as unknown as CaseView['file'],
  })
const said = (lines: ReturnType<typeof given>) => lines.map(({ result, says, now }) => [result, says, now])

test('what holds is said plainly', () => {
  expect(said(given({}))).toEqual([
    ['holds', 'What was charged is what was used', null],
    ['holds', 'Balances moved by what was charged', null],
    ['holds', 'Everything was charged and moved once', null],
    ['holds', 'No other request like it was let through within a minute', null],
    ['holds', 'The rules give the same answer again', null],
  ])
})

test('of nothing it is said that there was nothing', () => {
  expect(said(given({}, { proof: [] })).slice(0, 2)).toEqual([
    ['holds', 'Nothing was used, and nothing was charged', null],
    ['holds', 'Nothing was charged to a grant, and no balance moved', null],
  ])
  expect(said(given({}, { proof: [{ balanceUpdates: [] }] })).slice(0, 2)).toEqual([
    ['holds', 'What was charged is what was used', null],
    ['holds', 'Nothing was charged to a grant, and no balance moved', null],
  ])
})

test('what could not be said is said as it is now; what was decided elsewhere has no replay', () => {
  const now = { charged: 'holds', moved: 'waits', once: 'broken', alone: null, replayed: null } as const
  expect(
    said(given({ charged: 'waits', moved: 'waits', once: 'waits', alone: null, replayed: null }, { now })),
  ).toEqual([
    ['waits', 'The charge was not settled yet', 'By now: what was charged is what was used.'],
    ['waits', 'The balance moves were not there to be seen yet', 'It still cannot be said.'],
    ['waits', 'Whether it happened once could not be said yet', 'By now: something was charged or moved twice.'],
  ])
})
