import type { Command } from 'commander'
import { formatCredits } from '../../core/shared/amount.ts'
import { formatMoney } from '../../core/shared/money.ts'
import { type PurchaseRow, purchaseRow, viewPurchase } from '../../services/purchase/view.ts'
import { CliFailure, EXIT } from '../exit.ts'
import { withEngine } from '../open-engine.ts'
import { output } from '../output.ts'
import type { DatabaseFlags } from '../target.ts'

interface Flags extends DatabaseFlags {
  json?: boolean
}

const SHOWN = 100

export function addPurchases(program: Command): void {
  const purchases = program.command('purchases').description('what customers bought, and what became of the money')
  purchases
    .command('list')
    .description('the latest of one customer')
    .requiredOption('--customer <id>', 'of that customer')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(list)
  purchases
    .command('show')
    .description('one purchase, step by step: what was asked for, what came, and what went back')
    .argument('<id>', 'of the purchase')
    .option('--json', 'machine form')
    .option('--database-url <url>', 'another database than that of the engine here')
    .action(show)
}

const instant = (atMs: number): string => new Date(atMs).toISOString()
const standingOf = ({ status, otherMoney }: PurchaseRow): string =>
  otherMoney === null ? status : `${status} (other money: ${otherMoney.replace('_', ' ')})`

async function list(flags: Flags & { customer: string }): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const { items } = await engine.purchases.list({ customer: flags.customer, cursor: null, limit: SHOWN })
    const purchases = items.map(purchaseRow)
    const lineOf = (row: PurchaseRow): string =>
      [row.id, instant(row.createdAtMs), formatMoney(row.pack.totalMinor, row.pack.currency), standingOf(row)].join(
        '  ',
      )
    output(flags).result({ purchases }, () => purchases.map(lineOf).join('\n') || 'there are none')
  })
}

async function show(id: string, flags: Flags): Promise<void> {
  await withEngine(flags, async ({ engine }) => {
    const purchase = await engine.purchases.read(id)
    const view = purchase === null ? null : await viewPurchase(engine, purchase.customer, purchase.id)
    if (purchase === null || view === null) throw new CliFailure(EXIT.usage, `there is no purchase ${id}`)
    const { pack, otherwise, writtenOff, steps } = view
    const text = () =>
      [
        `${id}  ${standingOf(view)}  ${pack.title}: ${formatMoney(pack.totalMinor, pack.currency)}`,
        `  of ${purchase.customer} (${view.customerName}), bought by ${view.buyer}`,
        ...steps.map(({ step, standing, atMs, id: proof, note }) =>
          [`  ${atMs === null ? '-' : instant(atMs)}`, step, standing, proof, note].filter(Boolean).join('  '),
        ),
        ...otherwise.map(
          ({ payment, amountMinor, currency, returned }) =>
            `  ${formatMoney(amountMinor, currency)} came as ${payment}: ${returned ? 'returned' : 'return it at the processor'}`,
        ),
        ...(writtenOff > 0n ? [`  written off: ${formatCredits(writtenOff)} credits`] : []),
      ].join('\n')
    output(flags).result({ customer: purchase.customer, ...view }, text)
  })
}
