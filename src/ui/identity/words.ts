import type { Outputs } from '../trpc/client.tsx'

type Problem = Extract<Outputs['identity']['setPasswordByLink'], { kind: 'refused' }>['why']

export const PASSWORD_PROBLEMS: Readonly<Record<Problem, string>> = {
  too_short: 'A password has at least 12 characters. A short sentence is a good one.',
  too_long: 'A password has at most 256 characters.',
  is_the_address: 'A password is not your own address.',
  one_character: 'A password has more than three different characters.',
}

/** What led back to the sign-in page. */
export const SIGN_IN_ERRORS: Readonly<Record<string, string>> = {
  link: 'That link was used, has expired, or never was. Have a new one mailed to you.',
  set: 'Your password is set. Sign in with it.',
  nowhere: 'You are a member of no customer any more. Ask an owner for an invitation.',
  not_invited: 'Nobody was invited under that account’s address. Ask an owner of your team for an invitation.',
}

export const ROLE_WORDS = {
  owner: { title: 'Owner', may: 'everything, the team and its keys included' },
  billing: { title: 'Billing', may: 'buys credits, sets caps, sees everything' },
  member: { title: 'Member', may: 'uses the product and sees its use' },
} as const
