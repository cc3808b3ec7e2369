/** Basins one below the other: water fills the first and runs over into the next. `y` is the rim. */
const BASINS = [
  { name: 'Included windows', note: 'free with the tier', x: 14, y: 84, level: 10, fill: 'var(--included)' },
  { name: 'Grants', note: 'given or contracted', x: 154, y: 158, level: 10, fill: 'var(--allowance)' },
  { name: 'Credits', note: 'bought, with consent', x: 294, y: 232, level: 58, fill: 'var(--credits)' },
] as const
const WIDTH = 122
const DEPTH = 84

/** A request runs through three basins. The sentence below says the same to whoever does not see it. */
export function SpillwayScene() {
  return (
    <figure className="deep-water overflow-hidden rounded-2xl">
      <svg viewBox="0 0 430 372" className="block h-auto w-full" aria-hidden>
        <title>Waterfall</title>
        <path
          d="M50 -12 C50 30 62 40 62 94"
          fill="none"
          stroke="oklch(0.9 0.07 205)"
          strokeWidth="16"
          strokeOpacity=".25"
          strokeLinecap="round"
        />
        <path
          d="M50 -12 C50 30 62 40 62 94"
          fill="none"
          stroke="oklch(0.93 0.06 205)"
          strokeWidth="3"
          className="flowing"
        />
        <text x="72" y="30" fill="white" fillOpacity=".85" fontSize="13">
          a request costs 1.25
        </text>
        {BASINS.map(({ name, note, x, y, level, fill }, i) => (
          <g key={name}>
            <clipPath id={`basin-${i}`}>
              <path d={`M${x} ${y - 8} h${WIDTH} v${DEPTH - 2} q0 10 -10 10 h${-(WIDTH - 20)} q-10 0 -10 -10 z`} />
            </clipPath>
            <path
              d={`M${x} ${y - 8} v${DEPTH - 2} q0 10 10 10 h${WIDTH - 20} q10 0 10 -10 v${-(DEPTH - (i === 2 ? 2 : 10))}`}
              fill="oklch(1 0 0 / .05)"
              stroke="oklch(1 0 0 / .45)"
              strokeWidth="2"
              strokeLinecap="round"
            />
            <g clipPath={`url(#basin-${i})`}>
              <rect x={x} y={y + level} width={WIDTH} height={DEPTH} fill={fill} opacity=".85" />
              <path
                d={`M${x - 24} ${y + level} q12 -5 24 0 t24 0 t24 0 t24 0 t24 0 t24 0 t24 0 t24 0`}
                fill="none"
                stroke="white"
                strokeOpacity=".6"
                strokeWidth="2"
                className="drifting"
              />
            </g>
            {i < 2 && (
              <>
                <path
                  d={`M${x + WIDTH - 2} ${y + level} C${x + WIDTH + 24} ${y + level} ${x + WIDTH + 40} ${y + 24} ${x + WIDTH + 42} ${y + 78 + (i === 1 ? 48 : 0)}`}
                  fill="none"
                  stroke={fill}
                  strokeWidth={i === 0 ? 10 : 6}
                  strokeOpacity=".5"
                  strokeLinecap="round"
                />
                <path
                  d={`M${x + WIDTH - 2} ${y + level} C${x + WIDTH + 24} ${y + level} ${x + WIDTH + 40} ${y + 24} ${x + WIDTH + 42} ${y + 78 + (i === 1 ? 48 : 0)}`}
                  fill="none"
                  stroke="white"
                  strokeOpacity=".75"
                  strokeWidth="2"
                  className="flowing"
                />
              </>
            )}
            <text x={x} y={y + DEPTH + 20} fill="white" fontSize="14.5" fontWeight="500">
              {name}
            </text>
            <text x={x} y={y + DEPTH + 37} fill="white" fillOpacity=".72" fontSize="12">
              {note}
            </text>
          </g>
        ))}
        <text x="184" y="112" fill="white" fillOpacity=".85" fontSize="13">
          0.90 covered, 0.35 runs on
        </text>
        <text x="318" y="192" fill="white" fillOpacity=".85" fontSize="13">
          0.10 runs on
        </text>
      </svg>
      <figcaption className="px-5 pt-1 pb-5 text-13 text-white/80">
        A request that costs 1.25 credits takes the last 0.90 of the included windows, 0.25 of a grant, and 0.10 of
        bought credits. Allowed, with one line for each.
      </figcaption>
    </figure>
  )
}
