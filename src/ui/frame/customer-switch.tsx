'use client'
import { Menu } from '@base-ui/react/menu'
import { useMutation } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { toast } from '../primitives/toast.ts'
import { useTRPC } from '../trpc/client.tsx'
import { type Belonging, goTo } from './followed-switch.ts'

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
      onSuccess: ({ customer }) => goTo(customer),
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
