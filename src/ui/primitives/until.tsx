import { Moment } from './moment.tsx'

/** After "until": the instant first, and how far away it is. */
export const Until = ({ atMs, zone }: { atMs: number; zone: string }) => (
  <>
    <Moment atMs={atMs} zone={zone} show="absolute" />{' '}
    <span className="text-ink-3">
      (<Moment atMs={atMs} zone={zone} show="relative" />)
    </span>
  </>
)
