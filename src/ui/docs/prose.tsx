import type { ReactNode } from 'react'

/** Shows our own short documents: paragraphs in which **strong** and `code` are marked. Nothing else is in them. */
export function Prose({ paragraphs }: { paragraphs: readonly string[] }) {
  return (
    <div className="space-y-4 text-base text-ink-2 leading-7">
      {paragraphs.map((paragraph) => (
        <p key={paragraph}>{inline(paragraph)}</p>
      ))}
    </div>
  )
}

const MARKED = /(\*\*[^*]+\*\*|`[^`]+`)/

function inline(text: string): ReactNode[] {
  let at = 0
  return text.split(MARKED).map((part) => {
    const key = at
    at += part.length + 1
    if (part.startsWith('**')) {
      return (
        <strong key={key} className="font-semibold text-ink">
          {part.slice(2, -2)}
        </strong>
      )
    }
    if (!part.startsWith('`')) return part
    return (
      <code key={key} className="break-words rounded bg-sunken px-1 py-0.5 font-mono text-[0.875em]">
        {part.slice(1, -1)}
      </code>
    )
  })
}
