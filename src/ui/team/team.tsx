'use client'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { relative } from '../format/time.ts'
import { useNow } from '../frame/now.tsx'
import { ROLE_WORDS } from '../identity/words.ts'
import { Badge } from '../primitives/badge.tsx'
import { Button } from '../primitives/button.tsx'
import { cn } from '../primitives/cn.ts'
import { Card, SectionHead } from '../primitives/card.tsx'
import { Confirm } from '../primitives/confirm.tsx'
import { controlStyle, SelectField, TextField } from '../primitives/field.tsx'
import { toast } from '../primitives/toast.ts'
import { type Outputs, useTRPC } from '../trpc/client.tsx'

type Role = keyof typeof ROLE_WORDS
const ROLES = Object.keys(ROLE_WORDS) as Role[]
type Members = Outputs['team']['list']['members']

/** Who belongs to the customer, and who is asked to. A changed role acts on that person's next call. */
export function Team() {
  const { data } = useSuspenseQuery(useTRPC().team.list.queryOptions())
  return (
    <div className="space-y-6">
      {data.manages && <InviteForm />}
      <MemberList members={data.members} manages={data.manages} />
      {(data.invitations.length > 0 || data.manages) && (
        <InvitationList invitations={data.invitations} manages={data.manages} />
      )}
      {!data.manages && (
        <p className="text-13 text-ink-3">You see the team. An owner invites people and changes their roles.</p>
      )}
    </div>
  )
}

function useAfterwards() {
  const trpc = useTRPC()
  const queries = useQueryClient()
  return {
    onSuccess: () => queries.invalidateQueries(trpc.team.pathFilter()),
    onError: (error: { message: string }) => toast.error(error.message),
  }
}

function InviteForm() {
  const trpc = useTRPC()
  const afterwards = useAfterwards()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('member')
  const invite = useMutation(
    trpc.team.invite.mutationOptions({
      onSuccess: async (made) => {
        setEmail('')
        toast.success(`An invitation is on its way to ${made.email}`)
        await afterwards.onSuccess()
      },
    }),
  )
  return (
    <Card aria-labelledby="invite" className="p-5">
      <SectionHead id="invite" title="Invite somebody" note="By mail; the link works once, for a week" />
      <form
        className="mt-4 grid items-start gap-3 sm:grid-cols-[1fr_11rem_auto]"
        onSubmit={(event) => {
          event.preventDefault()
          invite.mutate({ email, role })
        }}
      >
        <TextField
          label="E-mail address"
          type="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={invite.error?.message ?? null}
        />
        <SelectField
          label="Role"
          value={role}
          hint={`${ROLE_WORDS[role].title}: ${ROLE_WORDS[role].may}`}
          onChange={(event) => setRole(event.target.value as Role)}
        >
          {ROLES.map((one) => (
            <option key={one} value={one}>
              {ROLE_WORDS[one].title}
            </option>
          ))}
        </SelectField>
        <Button type="submit" tone="primary" disabled={invite.isPending} className="sm:mt-[1.625rem]">
          <UserPlus aria-hidden /> Invite
        </Button>
      </form>
    </Card>
  )
}

function MemberList({ members, manages }: { members: Members; manages: boolean }) {
  const nowMs = useNow()
  return (
    <Card aria-labelledby="members">
      <SectionHead
        id="members"
        title="Members"
        note={`${members.length} ${members.length === 1 ? 'person' : 'people'}`}
        className="px-5 pt-4 pb-3"
      />
      <ul className="divide-y divide-line border-line border-t">
        {members.map((member) => (
          <li
            key={member.user}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3 sm:grid sm:grid-cols-[1fr_8rem_9rem_6.5rem]"
          >
            <span className="flex w-full min-w-0 items-center gap-3 sm:w-auto">
              <span
                aria-hidden
                className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-13 text-accent-strong"
              >
                {member.name.slice(0, 1)}
              </span>
              <span className="min-w-0">
                <span className="block truncate font-medium">
                  {member.name} {member.self && <Badge className="ml-1">you</Badge>}
                </span>
                <span className="block truncate text-13 text-ink-3">{member.email}</span>
              </span>
            </span>
            <span className="whitespace-nowrap text-13 text-ink-3">joined {relative(member.joinedAtMs, nowMs)}</span>
            {manages ? (
              <RolePicker member={member} />
            ) : (
              <Badge className="w-fit">{ROLE_WORDS[member.role].title}</Badge>
            )}
            <span className="ml-auto sm:text-right">
              {member.self ? <Leave /> : manages && <Remove member={member} />}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function RolePicker({ member }: { member: Members[number] }) {
  const change = useMutation(useTRPC().team.changeRole.mutationOptions(useAfterwards()))
  return (
    <select
      aria-label={`Role of ${member.name}`}
      className={cn(controlStyle({ size: 'bar' }), 'w-36 sm:w-full')}
      value={change.isPending ? change.variables.role : member.role}
      disabled={change.isPending}
      onChange={(event) => change.mutate({ user: member.user, role: event.target.value as Role })}
    >
      {ROLES.map((one) => (
        <option key={one} value={one}>
          {ROLE_WORDS[one].title}
        </option>
      ))}
    </select>
  )
}

function Remove({ member }: { member: Members[number] }) {
  const remove = useMutation(useTRPC().team.remove.mutationOptions(useAfterwards()))
  return (
    <Confirm
      trigger={
        <>
          Remove<span className="sr-only"> {member.name}</span>
        </>
      }
      title={`Remove ${member.name}?`}
      action="Remove"
      pending={remove.isPending}
      onConfirm={() => remove.mutateAsync({ user: member.user })}
    >
      They are out at their next click. Their keys and what they used stay with the customer.
    </Confirm>
  )
}

function Leave() {
  const router = useRouter()
  const { onError } = useAfterwards()
  const leave = useMutation(useTRPC().team.leave.mutationOptions({ onError, onSuccess: () => router.push('/sign-in') }))
  return (
    <Confirm
      trigger="Leave"
      title="Leave this team?"
      action="Leave"
      pending={leave.isPending}
      onConfirm={() => leave.mutateAsync()}
    >
      You see nothing of this customer any more. An owner can invite you again.
    </Confirm>
  )
}

function InvitationList({
  invitations,
  manages,
}: {
  invitations: Outputs['team']['list']['invitations']
  manages: boolean
}) {
  const nowMs = useNow()
  const revoke = useMutation(useTRPC().team.revokeInvitation.mutationOptions(useAfterwards()))
  return (
    <Card aria-labelledby="invitations">
      <SectionHead id="invitations" title="Open invitations" className="px-5 pt-4 pb-3" />
      {invitations.length === 0 ? (
        <p className="border-line border-t px-5 py-4 text-13 text-ink-3">Nobody is invited at the moment.</p>
      ) : (
        <ul className="divide-y divide-line border-line border-t">
          {invitations.map(({ id, email, role, expiresAtMs }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-5 py-2.5">
              <span className="min-w-0 grow truncate font-medium text-13">{email}</span>
              <Badge>{ROLE_WORDS[role].title}</Badge>
              <span className="text-13 text-ink-3">expires {relative(expiresAtMs, nowMs)}</span>
              {manages && (
                <Button
                  size="sm"
                  tone="ghost"
                  disabled={revoke.isPending}
                  aria-label={`Take back the invitation to ${email}`}
                  onClick={() => revoke.mutate({ invitation: id })}
                >
                  Take back
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
