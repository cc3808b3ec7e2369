import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { chooseCustomer } from '../../sign-in.ts'
import { currentViewer } from '@/api/trpc/viewer.ts'
import { Door } from '@/ui/identity/door.tsx'
import { ROLE_WORDS } from '@/ui/identity/words.ts'

export const metadata: Metadata = { title: 'Choose a customer' }
export const dynamic = 'force-dynamic'

/** For whoever lost the customer where they were and has others: nothing of those is shown before they say which. */
export default async function ChoosePage() {
  const viewer = await currentViewer()
  if (viewer === null) redirect('/sign-in')
  if (viewer.memberships.length === 0) redirect('/admin')
  return (
    <Door title="Where do you want to be?" note="You are a member of these customers.">
      <form action={chooseCustomer}>
        <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-surface shadow-card">
          {viewer.memberships.map(({ customer, customerName, role }) => (
            <li key={customer}>
              <button
                type="submit"
                name="customer"
                value={customer}
                className="flex w-full items-center justify-between gap-3 px-4 py-3 text-left hover:bg-sunken"
              >
                <span className="truncate font-medium">{customerName}</span>
                <span className="text-13 text-ink-3">{ROLE_WORDS[role].title}</span>
              </button>
            </li>
          ))}
        </ul>
      </form>
    </Door>
  )
}
