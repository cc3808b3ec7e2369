import { LayerMark } from '../primitives/layer-mark.tsx'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Moment } from '../primitives/moment.tsx'
import type { GrantRow } from './types.ts'

const KIND_WORDS = {
  allowance: 'Allowance',
  promotion: 'Promotion',
  entitlement: 'Entitlement',
  adjustment: 'Adjustment',
  credits: 'Credits',
} as const

/** Grants in the order in which they are drawn once the included windows are used up. */
export function GrantsCard({
  grants,
  zone,
  titleOf,
}: {
  grants: readonly GrantRow[]
  zone: string
  titleOf: (feature: string) => string
}) {
  return (
    <Card aria-labelledby="grants" className="overflow-hidden">
      <SectionHead id="grants" title="Grants" note="in the order they are drawn" className="px-5 pt-5" />
      {grants.length === 0 ? (
        <Empty title="No grants">
          Allowances, promotions and bought credits appear here. Your included windows do not need any.
        </Empty>
      ) : (
        <ol className="mt-3 divide-y divide-line border-line border-t">
          {grants.map((grant, i) => (
            <li
              key={grant.id}
              id={grant.id}
              className="grid scroll-mt-20 grid-cols-[1.25rem_1fr_auto] items-baseline gap-x-2 px-5 py-2.5 target:bg-accent-soft"
            >
              <span className="text-13 text-ink-3">{i + 1}</span>
              <div className="min-w-0">
                <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <LayerMark layer={grant.kind} />
                  <span className="font-medium">{KIND_WORDS[grant.kind]}</span>
                  {grant.standing !== 'in_force' && (
                    <Badge tone="warn">{grant.standing === 'scheduled' ? 'not in force yet' : 'lapsed'}</Badge>
                  )}
                  {grant.reason && <span className="truncate text-13 text-ink-3">{grant.reason}</span>}
                </p>
                <p className="text-13 text-ink-3">
                  {grant.standing === 'scheduled' ? (
                    <>
                      from <Moment atMs={grant.effectiveAtMs} zone={zone} />
                    </>
                  ) : grant.expiresAtMs === null ? (
                    'does not expire'
                  ) : (
                    <>
                      expires <Moment atMs={grant.expiresAtMs} zone={zone} />
                    </>
                  )}
                  {grant.features && <> &middot; only {grant.features.map(titleOf).join(', ')}</>}
                </p>
              </div>
              <div className="text-right">
                <p className="font-medium">
                  <Amount value={grant.available} />
                </p>
                <p className="text-13 text-ink-3">
                  of <Amount value={grant.amount} />
                </p>
              </div>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
