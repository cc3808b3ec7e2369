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

const CHECK_WORDS = {
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
  replayed: {
    holds: 'The rules give the same answer again',
    broken: 'The rules give another answer now',
    waits: 'The rules of that time could not be read',
  },
} as const

const NOTHING = {
  charged: 'Nothing was used, and nothing was charged',
  moved: 'Nothing was charged to a grant, and no balance moved',
  once: 'There is nothing that could have happened twice',
  replayed: CHECK_WORDS.replayed.holds,
} as const

export interface CheckLine {
  readonly check: Check
  readonly result: 'holds' | 'broken' | 'waits'
  readonly says: string
  /** What the records say by now, where it could not be said when the case was opened. */
  readonly now: string | null
}

/** The checks in words, in the order in which one would ask. */
export function checkLines({ checks, checksNow, file }: Pick<CaseView, 'checks' | 'checksNow' | 'file'>): CheckLine[] {
  const { proof } = file.evidence
  const none = {
    charged: proof.length === 0,
    moved: proof.every(({ balanceUpdates }) => balanceUpdates.length === 0),
    once: proof.length === 0,
    replayed: false,
  }
  return (['charged', 'moved', 'once', 'replayed'] as const).flatMap((check) => {
    const result = checks[check]
    if (result === null) return []
    const now = checksNow?.[check] ?? null
    const says = result === 'holds' && none[check] ? NOTHING[check] : CHECK_WORDS[check][result]
    return [{ check, result, says, now: result === 'waits' && now !== null ? NOW_WORDS[now](check) : null }]
  })
}

const NOW_WORDS = {
  holds: (check: Check) => `By now: ${lower(CHECK_WORDS[check].holds)}.`,
  broken: (check: Check) => `By now: ${lower(CHECK_WORDS[check].broken)}.`,
  waits: () => 'It still cannot be said.',
} as const

const lower = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`

/** Where the record that the case is about is shown. */
export const placeOfAbout = ({ kind, id }: CaseView['file']['about']): string =>
  kind === 'decision' ? `/app/decisions/${id}` : `/app/usage/${id}`
