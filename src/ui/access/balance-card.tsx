import { creditsPhrase } from '../format/amount.ts'
import { permilleOf, width } from '../format/share.ts'
import { Amount } from '../primitives/amount.tsx'
import { Card, SectionHead } from '../primitives/card.tsx'
import { cn } from '../primitives/cn.ts'
import type { Overview } from './types.ts'

interface Part {
  readonly name: string
  readonly value: bigint
  readonly fill: string
  readonly note: string
}

/** The settled balance and where all of it is: parts that can be added up by eye. */
export function BalanceCard({ balance, debt }: Pick<Overview, 'balance' | 'debt'>) {
  const parts: Part[] = [
    { name: 'Available', value: balance.available - balance.expiring, fill: 'bg-accent', note: 'to be spent now' },
    { name: 'Expiring', value: balance.expiring, fill: 'bg-caution', note: 'available, ends within 7 days' },
    { name: 'Held', value: balance.held, fill: 'bg-accent/45', note: 'reserved by open holds' },
    { name: 'Pending', value: balance.pending, fill: 'bg-ink-3/60', note: 'used, being settled' },
    ...(balance.scheduled > 0n
      ? [{ name: 'Scheduled', value: balance.scheduled, fill: 'bg-line-strong', note: 'not in force yet' }]
      : []),
    ...(balance.lapsed > 0n
      ? [{ name: 'Lapsed', value: balance.lapsed, fill: 'bg-line-strong', note: 'past its end, being booked out' }]
      : []),
  ]
  return (
    <Card aria-labelledby="balance" className="p-5">
      <SectionHead id="balance" title="Balance" note="all grants together" />
      <p className="mt-3 flex flex-wrap items-baseline gap-x-1.5">
        <span className="font-medium text-[1.75rem] leading-8 tracking-[-0.03em]">
          <Amount value={balance.available} />
        </span>
        <span className="text-13 text-ink-3">credits can be spent now</span>
      </p>
      <div aria-hidden className="mt-3 flex h-2 gap-px overflow-hidden rounded-full bg-sunken">
        {parts.map(
          ({ name, value, fill }) =>
            value > 0n && (
              <span
                key={name}
                className={cn('h-full min-w-1 transition-[width] duration-700 ease-water', fill)}
                style={{ width: width(permilleOf(value, balance.settled)) }}
              />
            ),
        )}
      </div>
      <table className="mt-4 w-full text-13">
        <caption className="sr-only">Parts of the balance, in credits</caption>
        <tbody>
          {parts.map(({ name, value, fill, note }, i) => (
            <tr key={name}>
              <th scope="row" className="py-1 text-left font-normal">
                <span aria-hidden className={cn('mr-2 inline-block size-2 rounded-[2.5px]', fill)} />
                {name} <span className="hidden text-ink-3 sm:inline">{note}</span>
              </th>
              <td className="py-1 text-right">
                <span aria-hidden className="mr-2 text-ink-3">
                  {i === 0 ? '' : '+'}
                </span>
                <Amount value={value} aligned />
              </td>
            </tr>
          ))}
          <tr className="border-line-strong border-t">
            <th scope="row" className="pt-2 text-left font-medium">
              Settled balance
            </th>
            <td className="pt-2 text-right font-medium">
              <span aria-hidden className="mr-2 text-ink-3">
                =
              </span>
              <Amount value={balance.settled} aligned />
            </td>
          </tr>
        </tbody>
      </table>
      {debt > 0n && (
        <p className="mt-3 rounded-md bg-warn-soft px-3 py-2 text-13 text-warn">
          You owe {creditsPhrase(debt)} of usage that nothing covered; the next credits pay it first.
        </p>
      )}
    </Card>
  )
}
