import { creditsPhrase } from '../format/amount.ts'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { lasts } from './pack-cards.tsx'
import type { Offer } from './types.ts'

/** What the person seems to need, said as the estimate that it is. */
export function NeedCard({ offer, pack }: { offer: Offer; pack: Offer['packs'][number] }) {
  const { pace, credits, debt } = offer
  return (
    <Card aria-labelledby="need" className="p-5">
      <SectionHead id="need" title="What you need">
        <Badge tone="plain">estimate</Badge>
      </SectionHead>
      {pace.events === 0 ? (
        <p className="mt-2 text-13 text-ink-2">
          Nothing was used in the last 7 days, so there is nothing to estimate from. Included windows come first;
          credits pay only for what is above them.
        </p>
      ) : (
        <>
          <dl className="mt-3 grid grid-cols-[1fr_auto] gap-y-1.5 text-13">
            <dt className="text-ink-3">Used in all, a day</dt>
            <dd className="text-right">
              <Amount value={rounded(pace.usedADay)} />
            </dd>
            <dt className="text-ink-3">Of that, above windows and other grants</dt>
            <dd className="text-right font-medium">
              <Amount value={rounded(pace.byCreditsADay)} />
            </dd>
            <dt className="text-ink-3">Bought credits left</dt>
            <dd className="text-right">
              <Amount value={credits.available} />
            </dd>
          </dl>
          <p className="mt-3 text-13 text-ink-2">
            {pace.byCreditsADay === 0n
              ? 'Your windows and other grants covered all of it. You may not need credits.'
              : `${lasts(credits.available + pack.credits, pace.byCreditsADay)} with what you have and this pack.`}{' '}
            <span className="text-ink-3">From {pace.events} usage events of the last 7 days.</span>
          </p>
        </>
      )}
      {debt > 0n && (
        <p className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
          {creditsPhrase(debt)} of it pays what you owe first.
        </p>
      )}
    </Card>
  )
}

/** An estimate in thousandths: more digits would promise what it cannot know. */
const rounded = (amount: bigint): bigint => (amount / 1_000n) * 1_000n
