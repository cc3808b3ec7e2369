import { permilleOf } from '../format/share.ts'

const FULL = 48
const HEIGHT = 64
const WIDTH = 72

/** How wide the stream is that carries this much of the cost; never so thin that it cannot be seen. */
export function streamWidth(part: bigint, cost: bigint): number {
  if (cost === 0n) return 3
  return part <= 0n ? 0 : Math.max(2.5, (permilleOf(part, cost) * FULL) / 1000)
}

interface StreamProps {
  readonly before: bigint
  readonly after: bigint
  readonly cost: bigint
  /** Of the source that takes the difference. */
  readonly color?: string
  /** Only would have been taken: drawn in outline. */
  readonly imagined?: boolean
  /** Nothing gets past: a guard or the gate refused. */
  readonly closed?: boolean
}

/**
 * The stream on its way past one stop: as wide as what is still to be covered; what the stop takes turns off to the
 * right. A picture of the row beside it, so hidden from whoever reads that.
 */
export function Stream({
  before,
  after,
  cost,
  color = 'var(--accent)',
  imagined = false,
  closed = false,
}: StreamProps) {
  const into = streamWidth(before, cost)
  const on = closed ? 0 : streamWidth(after, cost)
  const taken = before > after ? Math.max(2.5, into - on) : 0
  const middle = HEIGHT / 2
  const from = into - taken / 2
  const bend = `M${from},0 C${from},${middle * 0.9} ${from + 10},${middle} ${WIDTH},${middle}`
  return (
    <div aria-hidden className="flex w-[76px] shrink-0 flex-col pl-1">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} className="block shrink-0 overflow-hidden">
        <title>Stream</title>
        <rect x={0} y={0} width={closed ? into : on} height={closed ? middle : HEIGHT} fill="var(--stream)" />
        {closed && <rect x={0} y={middle - 2} width={FULL + 4} height={4} rx={2} fill="var(--bad)" />}
        {taken > 0 && (
          <path d={bend} fill="none" stroke={color} strokeWidth={taken} strokeOpacity={imagined ? 0.25 : 0.8} />
        )}
        {taken > 6 && !imagined && (
          <path d={bend} fill="none" stroke="white" strokeOpacity={0.55} strokeWidth={1.5} className="flowing" />
        )}
      </svg>
      {on > 0 && <div className="grow bg-[var(--stream)]" style={{ width: on }} />}
    </div>
  )
}
