/** What all charts share: one look, readable on light and dark pages, words escaped. */
const STYLE = `text{fill:#0f172a;font:13px system-ui,sans-serif}.soft{fill:#475569}.title{font-size:16px;font-weight:600}
.line{stroke:#cbd5e1}.own{fill:#0f766e;stroke:#0f766e}.other{fill:#b45309;stroke:#b45309}.limit{fill:#94a3b8;stroke:#94a3b8}.curve{fill:none;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#e2e8f0}.soft{fill:#94a3b8}.line{stroke:#334155}.own{fill:#2dd4bf;stroke:#2dd4bf}.other{fill:#f59e0b;stroke:#f59e0b}.limit{fill:#64748b;stroke:#64748b}.curve{fill:none}}`

export const WIDTH = 960
const LABEL = 330
const BAR = 18
const ROW = 42
const TOP = 70

export type Tone = 'own' | 'other' | 'limit'

export interface Bar {
  readonly label: string
  /** Below the label, smaller: what it leaves out, or how it was measured. */
  readonly note: string
  readonly value: number
  readonly unit: string
  readonly tone: Tone
}

export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** `body` is drawn below the title and the line under it. */
export function picture(height: number, words: { title: string; under: string }, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">${escape(words.title)}</title>
<style>${STYLE}</style>
<text class="title" x="16" y="26">${escape(words.title)}</text>
<text class="soft" x="16" y="46">${escape(words.under)}</text>
${body.join('\n')}
</svg>
`
}

export function bars(rows: readonly Bar[], words: { title: string; under: string }): string {
  const most = Math.max(...rows.map(({ value }) => value), 1e-9)
  const room = WIDTH - LABEL - 130
  const body = rows.map(({ label, note, value, unit, tone }, i) => {
    const y = TOP + i * ROW
    const width = Math.max(1, (value / most) * room)
    const said = `${figure(value)} ${unit}`
    return `<text x="16" y="${y + 13}">${escape(label)}</text>
<text class="soft" x="16" y="${y + 29}" style="font-size:11px">${escape(cut(note))}</text>
<rect class="${tone}" x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>
<text x="${(LABEL + width + 8).toFixed(1)}" y="${y + 14}">${escape(said)}</text>`
  })
  return picture(TOP + rows.length * ROW + 8, words, body)
}

export interface Curve {
  readonly label: string
  readonly tone: Tone
  /** Dashed sets two curves of one tone apart. */
  readonly dashed: boolean
  readonly points: readonly { readonly x: number; readonly y: number; readonly label: string }[]
}

/** Curves over positions `x` from 0 to 1, with what each point is called written beside it, above a dashed curve and below another. */
export function curves(
  all: readonly Curve[],
  words: { title: string; under: string; ticks: readonly { readonly x: number; readonly label: string }[] },
): string {
  const height = 380
  const [left, right, top, bottom] = [70, WIDTH - 110, 76, height - 50]
  const most = Math.max(...all.flatMap(({ points }) => points.map(({ y }) => y)), 1e-9) * 1.08
  const px = (x: number): number => left + x * (right - left)
  const py = (y: number): number => bottom - (y / most) * (bottom - top)
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = py(most * share)
    return `<line class="line" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/><text class="soft" x="${left - 8}" y="${y + 4}" text-anchor="end">${figure(most * share)}</text>`
  })
  const drawn = all.flatMap(({ label, tone, dashed, points }) => {
    const last = points.at(-1)
    if (last === undefined) return []
    const path = points.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${px(x).toFixed(1)} ${py(y).toFixed(1)}`).join('')
    const marks = points
      .filter((point) => point.label !== '')
      .map(({ x, y, label: said }) => {
        const [cx, cy] = [px(x).toFixed(1), py(y)]
        return `<circle class="${tone}" cx="${cx}" cy="${cy.toFixed(1)}" r="3.5"/><text x="${cx}" y="${(cy + (dashed ? -10 : 20)).toFixed(1)}" text-anchor="middle">${escape(said)}</text>`
      })
    return [
      `<path class="${tone} curve" d="${path}"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`,
      ...marks,
      `<text x="${right + 14}" y="${(py(last.y) + 4).toFixed(1)}">${escape(label)}</text>`,
    ]
  })
  const axis = words.ticks.map(
    ({ x, label }) =>
      `<text class="soft" x="${px(x).toFixed(1)}" y="${height - 10}" text-anchor="middle">${escape(label)}</text>`,
  )
  return picture(height, words, [...grid, ...drawn, ...axis])
}

/** Three digits are as many as a bench can mean. */
export const figure = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)))

const cut = (text: string): string => (text.length > 150 ? `${text.slice(0, 149)}…` : text)
