import type { Outputs } from '../trpc/client.tsx'

export type CaseView = Outputs['cases']['read']
export type Evidence = CaseView['file']['evidence']
export type CaseState = CaseView['file']['state']
type Checks = CaseView['checks']
export type Check = keyof Checks

export const STATE_WORDS: Record<CaseState, { readonly tone: 'warn' | 'accent' | 'plain'; readonly says: string }> = {
  open: { tone: 'warn', says: 'waits for us' },
  answered: { tone: 'accent', says: 'waits for you' },
  closed: { tone: 'plain', says: 'closed' },
}

type Result = NonNullable<Checks[Check]>

const CHECK_WORDS: Record<
  Check,
  Record<Exclude<Result, 'noted' | 'broken'>, string> & Partial<Record<Result, string>>
> = {
  charged: {
    holds: 'What was charged is what was used',
    broken: 'What was charged is not what was used',
    waits: 'The charge was not settled yet',
  },
  moved: {
    holds: 'Balances moved by what was charged',
    broken: 'Balances moved by something else than what was charged',
    waits: 'The balance moves were not there to be seen yet',
  },
  once: {
    holds: 'Everything was charged and moved once',
    broken: 'Something was charged or moved twice',
    waits: 'Whether it happened once could not be said yet',
  },
  alone: {
    holds: 'No other request like it was let through within a minute',
    noted: 'Another request like it was let through within a minute',
    waits: 'Not every request around it was looked at',
  },
  replayed: {
    holds: 'The rules give the same answer again',
    broken: 'The rules give another answer now',
    waits: 'The rules of that time could not be read',
  },
}

const NOTHING: Partial<Record<Check, string>> = {
  charged: 'Nothing was used, and nothing was charged',
  moved: 'Nothing was charged to a grant, and no balance moved',
  once: 'There is nothing that could have happened twice',
}

export interface CheckLine {
  readonly check: Check
  readonly result: Result
  readonly says: string
  /** What the records say by now, where it could not be said when the case was opened. */
  readonly now: string | null
}

/** The checks in words, in the order in which one would ask. */
export function checkLines({ checks, checksNow, file }: Pick<CaseView, 'checks' | 'checksNow' | 'file'>): CheckLine[] {
  const { proof } = file.evidence
  const nothing: Partial<Record<Check, boolean>> = {
    charged: proof.length === 0,
    moved: proof.every(({ balanceUpdates }) => balanceUpdates.length === 0),
    once: proof.length === 0,
  }
  return (['charged', 'moved', 'once', 'alone', 'replayed'] as const).flatMap((check) => {
    const result = checks[check]
    if (result === null) return []
    const now = checksNow?.[check] ?? null
    const empty = result === 'holds' && nothing[check] === true ? NOTHING[check] : undefined
    return [
      { check, result, says: empty ?? wordsOf(check, result), now: result === 'waits' ? nowOf(check, now) : null },
    ]
  })
}

const wordsOf = (check: Check, result: Result): string => CHECK_WORDS[check][result] ?? CHECK_WORDS[check].waits

function nowOf(check: Check, now: Result | null): string | null {
  if (now === null) return null
  return now === 'waits' ? 'It still cannot be said.' : `By now: ${lower(wordsOf(check, now))}.`
}

const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`

/** Where the record that the case is about is shown. */
export const placeOfAbout = ({ kind, id }: CaseView['file']['about']): string =>
  kind === 'decision' ? `/app/decisions/${id}` : `/app/usage/${id}`
