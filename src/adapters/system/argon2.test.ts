import { expect, test } from 'vitest'
import { PasswordsBusy } from '../../ports/passwords.ts'
import { argon2Passwords } from './argon2.ts'

const passwords = argon2Passwords()

test('a password is kept as Argon2id with a salt of its own', async () => {
  const [one, two] = [await passwords.hash('a short sentence'), await passwords.hash('a short sentence')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(one).not.toBe(two)
  expect(await passwords.matches('a short sentence', one)).toBe(true)
  expect(await passwords.matches('a short sentencf', one)).toBe(false)
})

test('every byte counts, beyond 72 too', async () => {
  const beginning = 'x'.repeat(72)
  const stored = await passwords.hash(`${beginning}a`)
  expect(await passwords.matches(`${beginning}b`, stored)).toBe(false)
  expect(await passwords.matches(beginning, stored)).toBe(false)
  expect(await passwords.matches(`${beginning}a`, stored)).toBe(true)
})

test('one spelling of a letter is as good as another', async () => {
  expect(await passwords.matches('zoe\u0308 says hello', await passwords.hash('zo\u00eb says hello'))).toBe(true)
})

test('nobody’s password matches nothing', async () => {
  expect(await passwords.matches('', null)).toBe(false)
  expect(await passwords.matches('anything at all', null)).toBe(false)
})

test('more at once than there is room for are told so, and the rest is served', async () => {
  const stored = await passwords.hash('a short sentence')
  const outcomes = await Promise.allSettled(
    Array.from({ length: 60 }, () => passwords.matches('a short sentence', stored)),
  )
  const refused = outcomes.filter((one) => one.status === 'rejected')
  expect(refused).toHaveLength(8)
  expect(refused.every((one) => one.reason instanceof PasswordsBusy)).toBe(true)
  expect(await passwords.matches('a short sentence', stored)).toBe(true)
})
