import { credits, creditsPhrase } from '../format/amount.ts'
import { percent } from '../format/share.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Moment } from '../primitives/moment.tsx'
import type { Evidence } from './words.ts'

const CONSENT = { on: 'credits are drawn', ask: 'asked each time', off: 'credits are not drawn' } as const

/** How the customer stood when it was decided. */
export function StandingCard({ evidence, policyNow, zone }: { evidence: Evidence; policyNow: number; zone: string }) {
  const { standing, decision } = evidence
  return (
    <Card aria-labelledby="standing" className="p-5">
      <SectionHead
        id="standing"
        title={standing.at === 'decided' ? 'How things stood then' : 'How things stood when it was opened'}
      />
      <dl className="mt-3 grid grid-cols-[7.5rem_1fr] gap-x-4 gap-y-2 text-13 [&_dt]:text-ink-3">
        <dt>At</dt>
        <dd>
          <Moment atMs={standing.atMs} zone={zone} show="absolute" />
          <span className="text-ink-3">, state {standing.stateVersion}</span>
        </dd>
        <dt>Tier</dt>
        <dd>
          {standing.tier}
          {standing.status !== 'active' && `, ${standing.status}`}
        </dd>
        <dt>Consent</dt>
        <dd>{CONSENT[standing.consent]}</dd>
        {decision !== null && (
          <>
            <dt>Policy</dt>
            <dd>
              version {decision.policyVersion}
              {policyNow === decision.policyVersion ? ', still in force' : `; version ${policyNow} is in force now`}
            </dd>
          </>
        )}
        {standing.windows.map(({ title, limit, used, overridden }) => (
          <div key={title} className="contents">
            <dt>{title}</dt>
            <dd>
              {credits(used)} of {creditsPhrase(limit)} used, {percent(used, limit)}
              {overridden && <span className="text-ink-3"> (limit changed for you)</span>}
            </dd>
          </div>
        ))}
        {standing.available.map(({ layer, amount }) => (
          <div key={layer} className="contents">
            <dt className="capitalize">{layer}</dt>
            <dd>{creditsPhrase(amount)} available</dd>
          </div>
        ))}
        {standing.openHolds > 0 && (
          <>
            <dt>Open holds</dt>
            <dd>{standing.openHolds}</dd>
          </>
        )}
      </dl>
    </Card>
  )
}
