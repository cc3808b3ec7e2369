import type { ReactNode } from 'react'
import { credits, creditsPhrase, units } from '../format/amount.ts'
import { permilleOf, width } from '../format/share.ts'
import { SKIP_WORDS } from '../format/words.ts'
import { Amount } from '../primitives/amount.tsx'
import { Badge } from '../primitives/badge.tsx'
import { cn } from '../primitives/cn.ts'
import { LAYER_FILL, LAYER_STROKE, LayerMark } from '../primitives/layer-mark.tsx'
import { Stream, streamWidth } from './stream.tsx'
import type { Explanation, WaterfallStop } from './types.ts'

/** The request on its way down: what it cost, what each source had and took, and where it was decided. */
export function WaterfallPicture({ explanation }: { explanation: Explanation }) {
  const { stops, decision } = explanation
  const cost = decision.cost
  const refused = stops.find((stop) => stop.verdict === 'denied')
  const guards = stops.filter((stop) => stop.layer === null && stop.kind !== 'cap' && stop !== refused)
  const sources = stops.filter((stop) => stop.layer !== null && !stop.alongside)
  const alongside = stops.filter((stop) => stop.alongside)
  const left = sources.at(-1)?.needAfter ?? cost
  const needed = sources.findLastIndex((stop) => stop.why !== 'not_needed') + 1
  const tried = sources.slice(0, Math.max(needed, 1))
  const spared = sources.slice(tried.length)
  return (
    <div>
      <Row stream={<Stream before={cost} after={cost} cost={cost} />}>
        <p className="text-13 text-ink-3">The request costs</p>
        <p className="font-medium text-xl tracking-[-0.02em]">
          <Amount value={cost} unit />
        </p>
      </Row>
      <Row
        stream={<Stream before={cost} after={cost} cost={cost} closed={refused !== undefined && guards.length === 0} />}
      >
        {guards.length > 0 && (
          <p className="text-13 text-ink-2">
            {guards.length === 1
              ? 'The gate is open'
              : `The gate is open, ${guards.length - 1} ${guards.length === 2 ? 'guard lets' : 'guards let'} it pass`}
            <span className="block text-ink-3">
              {guards
                .filter((stop) => stop.kind === 'guard')
                .map((stop) => `${stop.title}: ${units(stop.found ?? 0n)} left`)
                .join(' \u00b7 ') || 'guards count requests and never spend'}
            </span>
          </p>
        )}
      </Row>
      {refused && (
        <Row stream={<Stream before={cost} after={cost} cost={cost} closed />} decided tone="bad">
          <p className="font-medium text-bad">
            {refused.kind === 'gate' ? 'The gate is closed' : `Guard ${refused.title} refuses`}
          </p>
          <p className="text-13 text-ink-2">
            {refused.kind === 'guard'
              ? `${units(refused.found ?? 0n)} of ${units(refused.limit ?? 0n)} left, ${units(refused.took)} asked. No layer was asked, nothing was spent.`
              : 'No layer was asked, nothing was spent.'}
          </p>
        </Row>
      )}
      {tried.map((stop) => (
        <SourceRow key={stop.source} stop={stop} cost={cost} alongside={stop.layer === 'included' ? alongside : []} />
      ))}
      {spared.length > 0 && (
        <p className="mb-2 ml-[76px] rounded-lg border border-line border-dashed px-4 py-2.5 text-13 text-ink-3">
          Not needed: {spared.map((stop) => `${stop.title}, ${credits(stop.found ?? 0n)} left`).join(' \u00b7 ')}
        </p>
      )}
      {!refused && (
        <div className="flex items-stretch">
          <div aria-hidden className="flex w-[76px] shrink-0 flex-col pl-1">
            {left > 0n && <div className="h-6 rounded-b-md bg-bad" style={{ width: streamWidth(left, cost) }} />}
          </div>
          <p
            className={cn(
              'py-1 pl-4 font-medium text-13',
              left > 0n && decision.outcome === 'denied' ? 'text-bad' : 'text-ink-2',
            )}
          >
            {restOf(explanation, left)}
          </p>
        </div>
      )}
    </div>
  )
}

function restOf({ decision }: Explanation, left: bigint): string {
  if (left === 0n) return 'Nothing is left to cover.'
  return decision.outcome === 'partial'
    ? `${creditsPhrase(left)} stay uncovered, which the request accepts.`
    : `${creditsPhrase(left)} stay uncovered, so nothing was taken.`
}

function Row({
  stream,
  decided = false,
  tone,
  children,
}: {
  stream: ReactNode
  decided?: boolean
  tone?: 'bad'
  children: ReactNode
}) {
  return (
    <div className="flex min-h-16 items-stretch">
      {stream}
      <div className="min-w-0 grow pb-2">
        <div
          className={cn(
            'flex min-h-14 items-center justify-between gap-3 rounded-lg px-4 py-2',
            decided && 'ring-2 ring-inset',
            decided && (tone === 'bad' ? 'bg-bad-soft ring-bad/40' : 'bg-accent-soft ring-accent-line'),
          )}
        >
          <div className="min-w-0">{children}</div>
          {decided && <Badge tone={tone ?? 'accent'}>decided here</Badge>}
        </div>
      </div>
    </div>
  )
}

function SourceRow({
  stop,
  cost,
  alongside,
}: {
  stop: WaterfallStop
  cost: bigint
  alongside: readonly WaterfallStop[]
}) {
  const layer = stop.layer ?? 'included'
  const imagined = stop.why === 'would_cover'
  const takes = stop.needBefore > stop.needAfter
  const found = stop.found ?? 0n
  return (
    <div className="flex min-h-16 items-stretch">
      <Stream
        before={stop.needBefore}
        after={stop.needAfter}
        cost={cost}
        color={LAYER_STROKE[layer]}
        imagined={imagined}
      />
      <div className="min-w-0 grow pb-2">
        <div
          className={cn(
            'min-h-14 rounded-lg border px-4 py-2.5',
            takes && 'bg-surface',
            stop.decidedHere
              ? 'border-transparent ring-2 ring-accent ring-inset'
              : takes
                ? 'border-line-strong'
                : 'border-line border-dashed',
          )}
        >
          <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
            <p className="flex items-center gap-2">
              <LayerMark layer={layer} className={takes ? '' : 'opacity-40'} />
              <span className={cn('font-medium', !takes && 'text-ink-2')}>{stop.title}</span>
              {stop.decidedHere && <Badge tone="accent">decided here</Badge>}
            </p>
            <p className="text-13">
              {takes ? (
                <>
                  <span className="text-ink-3">{imagined ? 'would take ' : 'takes '}</span>
                  <Amount value={stop.needBefore - stop.needAfter} className="font-medium" />
                </>
              ) : (
                <span className="text-ink-3">{SKIP_WORDS[stop.why ?? ''] ?? stop.why ?? 'passed by'}</span>
              )}
            </p>
          </div>
          <Reservoir
            found={found}
            took={takes ? stop.needBefore - stop.needAfter : 0n}
            limit={stop.limit}
            fill={LAYER_FILL[layer]}
          />
          <p className="mt-1 text-2xs text-ink-3">
            had <Amount value={found} />
            {stop.limit !== null && (
              <>
                {' of '}
                <Amount value={stop.limit} />
              </>
            )}
            {takes && (
              <>
                , {imagined ? 'would leave ' : 'leaves '}
                <Amount value={found - (stop.needBefore - stop.needAfter)} />
              </>
            )}
            {alongside.map((other) => (
              <span key={other.source}>
                {' \u00b7 '}
                {other.title} {takes && !imagined ? 'counts the same' : 'counts too'}, had{' '}
                <Amount value={other.found ?? 0n} />
              </span>
            ))}
          </p>
        </div>
      </div>
    </div>
  )
}

/** What a source had, out of what it can hold, and the part that was taken from it. */
function Reservoir({ found, took, limit, fill }: { found: bigint; took: bigint; limit: bigint | null; fill: string }) {
  const whole = limit === null || limit < found ? found : limit
  const rest = found > took ? found - took : 0n
  return (
    <div aria-hidden className="mt-2 flex h-1.5 overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset">
      {took > 0n && <span className={cn('min-w-[3px]', fill)} style={{ width: width(permilleOf(took, whole)) }} />}
      {rest > 0n && (
        <span className={cn('min-w-[3px] opacity-30', fill)} style={{ width: width(permilleOf(rest, whole)) }} />
      )}
    </div>
  )
}
