import { redecide } from '../../core/waterfall/redecide.ts'
import type { Policy } from '../../core/policy/policy.ts'
import type { StoredDecision } from '../../ports/readers.ts'
import type { VerifyView } from '../../ports/verify-store.ts'
import { renderAnswer } from '../decision/answer.ts'
import type { WindowRecount } from './check-windows.ts'
import type { CustomerBooks } from './customer-books.ts'
import { walk } from './pages.ts'
import type { Findings } from './report.ts'
import { differing, same } from './same.ts'

/** I5, I12, I8: decides every stored decision again, and holds its answer against it. */
export async function checkDecisions(
  view: VerifyView,
  input: {
    readonly books: CustomerBooks
    readonly windows: WindowRecount
    readonly policyOf: (version: number) => Promise<Policy | null>
  },
  findings: Findings,
): Promise<void> {
  const { books, windows, policyOf } = input
  const { customer } = books
  const list = (after: string | null, limit: number) => view.decisions(customer, after, limit)
  const inOrder = byVersion((stored, policy) => {
    const { stateVersion } = stored.decision
    findings.expect(
      stateVersion !== lastVersion,
      'I12',
      () => `${customer}: two decisions made version ${stateVersion}`,
    )
    lastVersion = Math.max(lastVersion, stateVersion)
    windows.add(stored, policy)
  })
  let lastVersion = 0
  for await (const stored of walk(null, list, (row) => row.decision.id as string | null)) {
    findings.saw('I5')
    findings.count('decisions')
    const { decision } = stored
    const policy = await policyOf(decision.policyVersion)
    if (policy === null) {
      findings.wrong('I5', `${decision.id} cites policy ${decision.policyVersion}, which does not exist`)
      continue
    }
    checkAgain(stored, policy, findings)
    checkAnswer(stored, findings)
    checkSources(books, stored, findings)
    const { hold } = decision
    if (hold !== null)
      findings.expect(books.captured.has(hold.id), 'I2', () => `${decision.id} placed ${hold.id}, which does not exist`)
    if (decision.outcome !== 'denied') inOrder.add(stored, policy)
  }
  inOrder.flush()
  findings.expect(
    lastVersion <= books.state.version,
    'I12',
    () => `${customer} is at version ${books.state.version}, before its decision of ${lastVersion}`,
  )
  windows.finish()
}

/** Ids of one customer follow its versions but for what ran at the same time: so far apart may two of them be swapped. */
const REORDER = 2_000

/** Hands decisions on in the order of their versions, which is the order in which windows counted. */
function byVersion(take: (stored: StoredDecision, policy: Policy) => void) {
  let waiting: { stored: StoredDecision; policy: Policy }[] = []
  function release(keep: number): void {
    waiting.sort((a, b) => a.stored.decision.stateVersion - b.stored.decision.stateVersion)
    const ready = waiting.slice(0, Math.max(0, waiting.length - keep))
    waiting = waiting.slice(ready.length)
    for (const { stored, policy } of ready) take(stored, policy)
  }
  return {
    add(stored: StoredDecision, policy: Policy): void {
      waiting.push({ stored, policy })
      if (waiting.length >= 2 * REORDER) release(REORDER)
    },
    flush: () => release(0),
  }
}

function checkAgain(stored: StoredDecision, policy: Policy, findings: Findings): void {
  const { decision } = stored
  try {
    const again = redecide(stored, policy)
    findings.expect(
      same(again, decision),
      'I5',
      () => `${decision.id} differs from its replay in ${differing(again, decision)}`,
    )
  } catch (error) {
    findings.wrong(
      'I5',
      `${decision.id} cannot be decided again: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

/** Sentences may be worded anew; everything else that was answered must be what was decided. */
const WORDING = new Set(['type', 'title', 'detail', 'instance', 'violated-policies', 'explainUrl'])

function checkAnswer({ decision, answer, status }: StoredDecision, findings: Findings): void {
  findings.saw('I12')
  let told: Record<string, unknown>
  try {
    told = JSON.parse(answer) as Record<string, unknown>
  } catch {
    return findings.wrong('I12', `${decision.id} was answered with something that is no JSON`)
  }
  const rendered = renderAnswer(decision, { id: decision.id, consentToken: tokenIn(told) })
  const due = figuresOf(JSON.parse(rendered.body) as Record<string, unknown>)
  const said = figuresOf(told)
  findings.expect(
    status === rendered.status && same(due, said),
    'I12',
    () => `${decision.id} was answered differently: ${differing(due, said) || `status ${status}`}`,
  )
}

const figuresOf = (body: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !WORDING.has(name)))

/** The consent token of an answer is signed for its moment; it is taken as it was given. */
function tokenIn(body: Record<string, unknown>): string | null {
  const ways = Array.isArray(body['waysOn']) ? (body['waysOn'] as Record<string, unknown>[]) : []
  const token = ways.find((way) => way['kind'] === 'consent')?.['token']
  return typeof token === 'string' ? token : null
}

/** I8: no line was drawn from a grant before it began or after it ended. */
function checkSources({ grants }: CustomerBooks, { decision }: StoredDecision, findings: Findings): void {
  for (const line of decision.funding) {
    if (line.layer === 'included') continue
    findings.saw('I8')
    const grant = grants.get(line.source)
    const inTime =
      grant !== undefined &&
      grant.effectiveAtMs <= decision.atMs &&
      (grant.expiresAtMs === null || decision.atMs < grant.expiresAtMs)
    findings.expect(inTime, 'I8', () => `${decision.id} drew from ${line.source} out of its time`)
  }
}
