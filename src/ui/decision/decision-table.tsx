'use client'
import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import type { DecisionRow } from '../access/types.ts'
import { fullTime, relative, rowTime, zoneName } from '../format/time.ts'
import { REASON_WORDS } from '../format/words.ts'
import { useNow } from '../frame/now.tsx'
import { Amount } from '../primitives/amount.tsx'
import { FundingChips } from './funding-chips.tsx'
import { rememberOrder } from './order.ts'
import { OutcomeBadge } from './outcome-badge.tsx'

/** Decisions, newest first. On a narrow screen each one is a small card of its own. */
export function DecisionTable({
  rows,
  zone,
  caption,
}: {
  rows: readonly DecisionRow[]
  zone: string
  caption: string
}) {
  const nowMs = useNow()
  const remember = () => rememberOrder(rows.map((row) => row.id))
  const head = 'px-2 py-2 text-left font-medium text-2xs text-ink-3 first:pl-5 last:pr-5'
  const cell = 'px-2 py-2.5 align-middle first:pl-5 last:pr-5'
  return (
    <>
      <table className="hidden w-full text-13 md:table">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-line border-b">
            <th scope="col" className={head}>
              When, {zoneName(zone)}
            </th>
            <th scope="col" className={head}>
              Outcome
            </th>
            <th scope="col" className={head}>
              Feature
            </th>
            <th scope="col" className={`${head} text-right`}>
              Cost, credits
            </th>
            <th scope="col" className={head}>
              Paid by
            </th>
            <th scope="col" className={head}>
              <span className="sr-only">Explanation</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={row.id} className="transition-colors hover:bg-sunken/70">
              <td className={`${cell} whitespace-nowrap text-ink-2`} title={`${fullTime(row.atMs, zone)}, ${zone}`}>
                {relative(row.atMs, nowMs)}
                <span className="hidden text-ink-3 lg:inline"> &middot; {rowTime(row.atMs, zone, nowMs)}</span>
              </td>
              <td className={cell}>
                <OutcomeBadge outcome={row.outcome} />
              </td>
              <td className={`${cell} font-medium`}>
                {row.featureTitle}
                {row.coalesced > 0 && <span className="ml-1.5 font-normal text-ink-3">+{row.coalesced} alike</span>}
              </td>
              <td className={`${cell} text-right`}>
                <Amount value={row.cost} aligned />
              </td>
              <td className={cell}>
                {row.reason === null ? (
                  <FundingChips funding={row.funding} />
                ) : (
                  <span className="text-bad">{REASON_WORDS[row.reason]}</span>
                )}
              </td>
              <td className={`${cell} text-right`}>
                <Link
                  href={`/app/decisions/${row.id}`}
                  onClick={remember}
                  className="inline-flex items-center whitespace-nowrap font-medium text-accent hover:text-accent-strong hover:underline"
                >
                  why?<span className="sr-only"> {row.sentence}</span>
                </Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul aria-label={caption} className="divide-y divide-line md:hidden">
        {rows.map((row) => (
          <li key={row.id}>
            <Link
              href={`/app/decisions/${row.id}`}
              onClick={remember}
              className="flex items-center gap-3 px-4 py-3 active:bg-sunken"
            >
              <span className="min-w-0 grow">
                <span className="flex items-center gap-2">
                  <OutcomeBadge outcome={row.outcome} />
                  <span className="truncate font-medium text-13">{row.featureTitle}</span>
                  <span className="ml-auto shrink-0 text-2xs text-ink-3">{relative(row.atMs, nowMs)}</span>
                </span>
                <span className="mt-1.5 flex items-center justify-between gap-2">
                  <span className="min-w-0">
                    {row.reason === null ? (
                      <FundingChips funding={row.funding} />
                    ) : (
                      <span className="text-13 text-bad">{REASON_WORDS[row.reason]}</span>
                    )}
                  </span>
                  <Amount value={row.cost} className="shrink-0 text-13" />
                </span>
              </span>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3" />
              <span className="sr-only">why?</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  )
}
