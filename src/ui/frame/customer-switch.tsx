'use client'
import { Menu } from '@base-ui/react/menu'
import { useMutation } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useEffect } from 'react'
import { toast } from 'sonner'
import { useTRPC } from '../trpc/client.tsx'

export interface Belonging {
  readonly customer: string
  readonly customerName: string
  readonly role: string
}

/** Other tabs of this browser have the same session: none may go on to show one customer's figures under another's name. */
const CHANNEL = 'spillway.customer'

/** Every part of a page is another customer's from here on, so all of it is loaded anew. */
const startOver = () => window.location.assign('/app')

export function CustomerSwitch({
  here,
  memberships,
  className,
}: {
  here: string
  memberships: readonly Belonging[]
  className: string
}) {
  const choose = useMutation(
    useTRPC().identity.choose.mutationOptions({
      onSuccess: ({ customer }) => {
        const channel = new BroadcastChannel(CHANNEL)
        channel.postMessage(customer)
        channel.close()
        startOver()
      },
      onError: (error) => toast.error(error.message),
    }),
  )
  if (memberships.length < 2) return null
  return (
    <>
      <Menu.RadioGroup
        value={here}
        aria-label="Customer"
        onValueChange={(customer) => choose.mutate({ customer: String(customer) })}
      >
        {memberships.map(({ customer, customerName, role }) => (
          <Menu.RadioItem key={customer} value={customer} className={className}>
            <span className="grow truncate">{customerName}</span>
            <span className="text-2xs text-ink-3">{role}</span>
            <Check aria-hidden className={customer === here ? '' : 'invisible'} />
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Separator className="mx-1 my-1 h-px bg-line" />
    </>
  )
}

/** Follows a change of customer in another tab. */
export function useFollowedSwitch(here: string): void {
  useEffect(() => {
    const channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = ({ data }) => {
      if (data !== here) startOver()
    }
    return () => channel.close()
  }, [here])
}
