import { ArrowRight } from 'lucide-react'
import { Badge } from '../primitives/badge.tsx'
import { Empty } from '../primitives/empty.tsx'
import type { Outputs } from '../trpc/client.tsx'

/** Each card is a form of one button, so that it also works before any script has run. */
export function Personas({
  personas,
  signIn,
}: {
  personas: Outputs['system']['personas']
  signIn: (form: FormData) => Promise<void>
}) {
  if (personas.length === 0) {
    return (
      <div className="mt-5 rounded-xl border border-line border-dashed">
        <Empty title="No personas here">
          This server is not in demo mode, or its demo world is still being seeded. Reload in a moment.
        </Empty>
      </div>
    )
  }
  return (
    <ul className="mt-5 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {personas.map(({ persona, name, shows, customerName, tier }) => (
        <li key={persona}>
          <form action={signIn} className="h-full">
            <button
              type="submit"
              name="persona"
              value={persona}
              className="group flex h-full w-full flex-col rounded-xl border border-line bg-surface p-4 text-left shadow-card transition-colors hover:border-accent-line hover:bg-accent-soft/40"
            >
              <span className="flex w-full items-center gap-2.5">
                <span
                  aria-hidden
                  className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-13 text-accent-strong"
                >
                  {name.slice(0, 1)}
                </span>
                <span className="min-w-0 grow">
                  <span className="block font-medium leading-5">{name}</span>
                  <span className="block truncate text-13 text-ink-3 leading-4.5">
                    {customerName === name ? 'Personal' : customerName}
                  </span>
                </span>
                <Badge>{tier}</Badge>
              </span>
              <span className="mt-3 grow text-13 text-ink-2">{shows}</span>
              <span className="mt-3 inline-flex items-center gap-1 font-medium text-13 text-accent">
                Sign in as {name.split(' ')[0]}{' '}
                <ArrowRight aria-hidden className="size-3.5 transition-transform group-hover:translate-x-0.5" />
              </span>
            </button>
          </form>
        </li>
      ))}
    </ul>
  )
}
