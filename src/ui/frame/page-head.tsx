import type { ReactNode } from 'react'

export const PageHead = ({ title, note, children }: { title: string; note?: string; children?: ReactNode }) => (
  <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
    <div>
      <h1 className="font-semibold text-[1.375rem] tracking-[-0.02em]">{title}</h1>
      {note && <p className="mt-0.5 text-ink-3">{note}</p>}
    </div>
    {children}
  </div>
)
