export type OutcomeFilter = 'allowed' | 'partial' | 'denied' | null

export const PAGE = 25

/** Anything but a known outcome means all of them. */
export function outcomeFilter(given: string | string[] | undefined): OutcomeFilter {
  return given === 'allowed' || given === 'partial' || given === 'denied' ? given : null
}
