import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { AcceptForm, SetPasswordForm, SignInForm } from './forms.tsx'

afterEach(cleanup)

type Action = (state: unknown, form: FormData) => Promise<{ said: string; email: string }>
const said = (text: string) =>
  vi.fn<Action>(async (_, form) => {
    const email = form.get('email')
    return { said: text, email: typeof email === 'string' ? email : '' }
  })

test('a refused sign-in says so once, keeps the address and asks for the password again', async () => {
  const signIn = said('Those do not belong together.')
  render(<SignInForm signIn={signIn} sendLink={said('')} next="/app/team" />)
  fireEvent.change(screen.getByLabelText('E-mail address'), { target: { value: 'ada@example.com' } })
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: 'wrong' } })
  fireEvent.submit(screen.getByLabelText('Password').closest('form') as HTMLFormElement)
  expect((await screen.findByRole('alert')).textContent).toBe('Those do not belong together.')
  expect((screen.getByLabelText('E-mail address') as HTMLInputElement).value).toBe('ada@example.com')
  const form = signIn.mock.calls[0]?.[1]
  expect([form?.get('email'), form?.get('password'), form?.get('next')]).toEqual([
    'ada@example.com',
    'wrong',
    '/app/team',
  ])
})

test('what is wrong with a password is said with its field', async () => {
  render(<SetPasswordForm set={said('A password has at least 12 characters.')} token="t" email="ada@example.com" />)
  const field = screen.getByLabelText('New password')
  fireEvent.submit(field.closest('form') as HTMLFormElement)
  await screen.findByText('A password has at least 12 characters.')
  expect(field.getAttribute('aria-invalid')).toBe('true')
  expect(document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'A password has at least 12 characters.',
  )
})

test.each([
  ['somebody new says a name and sets a password', true, 2],
  ['who is signed in has one click', false, 0],
])('%s', (_, newcomer, fields) => {
  render(<AcceptForm accept={said('')} token="t" newcomer={newcomer} />)
  expect(document.querySelectorAll('input:not([type=hidden])')).toHaveLength(fields)
  expect(screen.getByRole('button', { name: 'Accept the invitation' })).toBeTruthy()
})
