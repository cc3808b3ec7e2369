'use client'
import { Badge } from '../primitives/badge.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Empty } from '../primitives/empty.tsx'
import { Moment } from '../primitives/moment.tsx'
import { Until } from '../primitives/until.tsx'
import { askedAmount, type LimitRequest, type Limits } from './words.ts'

/** What was asked, and what became of it. */
export function RequestsCard({ limits }: { limits: Limits }) {
  return (
    <Card aria-labelledby="requests" className="overflow-hidden">
      <SectionHead
        id="requests"
        title="Your requests"
        note="the newest first, with their answers"
        className="px-5 py-4"
      />
      <div className="border-line border-t">
        {limits.requests.length === 0 ? (
          <Empty title="Nothing was asked for">
            {limits.mayAsk
              ? 'Ask for more beside a limit above; its answer stands here.'
              : 'Owners and billing ask for more; you see here what was answered.'}
          </Empty>
        ) : (
          <ul className="divide-y divide-line">
            {limits.requests.map((request) => (
              <RequestRow key={request.id} request={request} limits={limits} />
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}

function RequestRow({ request, limits }: { request: LimitRequest; limits: Limits }) {
  const { outcome, title } = request
  const zone = limits.timeZone
  const amount = (value: bigint) => askedAmount(request, limits, value)
  return (
    <li id={request.id} className="scroll-mt-20 px-5 py-4 target:bg-accent-soft/40">
      <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="font-medium">
          {title}: {amount(request.asked)}
        </span>
        <StateBadge outcome={outcome} />
      </p>
      <p className="mt-0.5 text-13 text-ink-3">
        {request.askedByName}, <Moment atMs={request.askedAtMs} zone={zone} />; {amount(request.limitThen)} then
      </p>
      <p className="mt-1.5 max-w-[72ch] whitespace-pre-line text-13 text-ink-2 [overflow-wrap:anywhere]">
        {request.why}
      </p>
      {outcome.state !== 'open' && (
        <div className="mt-3 border-accent-line border-l-2 pl-3 text-13 text-ink-2">
          {outcome.state === 'approved' && (
            <p className="font-medium text-ink">
              {amount(outcome.granted)}
              {outcome.grantedUntilMs === null ? (
                ', until it is changed'
              ) : (
                <>
                  , until <Until atMs={outcome.grantedUntilMs} zone={zone} />
                </>
              )}
              {outcome.appliedAtMs === null && ' (being put in force, usually within seconds)'}
            </p>
          )}
          {outcome.answer !== '' && (
            <p className="max-w-[72ch] whitespace-pre-line [overflow-wrap:anywhere]">{outcome.answer}</p>
          )}
          <p className="text-ink-3">
            {outcome.answeredByName ?? 'The operator'}, <Moment atMs={outcome.answeredAtMs} zone={zone} />
          </p>
        </div>
      )}
    </li>
  )
}

function StateBadge({ outcome }: Pick<LimitRequest, 'outcome'>) {
  switch (outcome.state) {
    case 'open':
      return <Badge tone="warn">waiting for an answer</Badge>
    case 'approved':
      return <Badge tone="ok">approved</Badge>
    case 'declined':
      return <Badge tone="bad">declined</Badge>
  }
}
