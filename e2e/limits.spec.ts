import { expect, type Page, test } from '@playwright/test'
import { sound } from './sound.ts'
import { cli, customerOf, decide, live, signInAs, staffFor, uniqueCost } from './world.ts'

/** The looks run at the same time in one world: each asks for limits of its own, which no other test meets. */
const ASKED: Record<string, { approved: string; declined: string }> = {
  light: { approved: 'Burst customer', declined: 'Burst subject' },
  dark: { approved: 'Open videos', declined: 'Open tasks' },
  mobile: { approved: 'Paid requests per minute', declined: 'Tokens per minute' },
}
const look = () => test.info().project.name
const own = () => ASKED[look()] ?? { approved: 'Burst customer', declined: 'Burst subject' }

interface Listed {
  readonly requests: readonly { readonly id: string; readonly title: string; readonly customer: string }[]
}
async function requestFor(customer: string, title: string): Promise<string> {
  const { requests } = await cli<Listed>('requests', 'list', '--customer', customer)
  return requests.find((one) => one.title === title)?.id ?? ''
}

const row = (page: Page, title: string) => page.getByRole('listitem', { name: title, exact: true })

async function ask(page: Page, title: string, asked: { amount: string; why: string }): Promise<void> {
  await page.getByRole('button', { name: `Ask for more of ${title}`, exact: true }).click()
  const form = page.getByRole('form', { name: `Ask for more of ${title}` })
  await form.getByLabel(/^New limit/).fill(asked.amount)
  await form.getByLabel('Why').fill(asked.why)
  await form.getByRole('button', { name: 'Send the request' }).click()
}

test('every limit in force is explained, with what is used and left of it', async ({ page, isMobile }) => {
  await signInAs(page, 'mira')
  await live(page)
  if (isMobile) await page.goto('/app/limits')
  else {
    await page.keyboard.press('g')
    await page.keyboard.press('i')
  }
  await expect(page).toHaveURL(/\/app\/limits$/)
  await expect(row(page, 'Weekly window').getByRole('meter')).toHaveAttribute('aria-valuetext', /of 15 credits used/)
  await expect(row(page, 'Weekly window')).toContainText('7 d from first use')
  await expect(row(page, 'Requests per minute')).toContainText('in any stretch of 1 min')
  await expect(row(page, 'Open videos')).toContainText('counted for each on its own')
  await expect(row(page, 'Monthly spend')).toContainText('everybody together')
  await row(page, 'Weekly window').getByRole('link', { name: 'Weekly window' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Weekly window' })).toBeVisible()
})

test('more is asked for once, with the keyboard, and an approval is in force without a reload', async ({ page }) => {
  test.slow()
  const { approved } = own()
  const staff = await staffFor(look(), 'admin')
  await signInAs(page, 'noor')
  await live(page)
  const customer = await customerOf(page)
  await page.goto('/app/limits')
  await live(page)
  await page.getByRole('button', { name: `Ask for more of ${approved}`, exact: true }).focus()
  await page.keyboard.press('Enter')
  const form = page.getByRole('form', { name: `Ask for more of ${approved}` })
  // the cursor is in the first field already
  await expect(form.getByLabel(/^New limit/)).toBeFocused()
  await page.keyboard.type('0')
  await page.keyboard.press('Tab')
  await page.keyboard.type('The launch is on Friday')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(form.getByText(/above zero, such as 500/)).toBeVisible()
  await form.getByLabel(/^New limit/).fill('1')
  await form.getByRole('button', { name: 'Send the request' }).click()
  await expect(form.getByRole('alert')).toContainText('Ask for more than the')
  await sound(page)
  await form.getByLabel(/^New limit/).fill('90,000')
  await form.getByRole('button', { name: 'Send the request' }).click()
  await expect(form).toBeHidden()
  await expect(row(page, approved).getByRole('link', { name: 'You asked for more' })).toBeVisible()
  await expect(row(page, approved)).toBeFocused()

  const id = await requestFor(customer, approved)
  const request = page.locator(`#${id}`)
  await expect(request).toContainText('waiting for an answer')
  await cli(
    'requests',
    'approve',
    id,
    '--as',
    staff,
    '--limit',
    '80000',
    '--days',
    '14',
    '--answer',
    'Good luck with it',
  )
  await expect(row(page, approved)).toContainText('changed for you')
  await expect(row(page, approved)).toContainText('Approved by Sam of admin')
  await expect(request).toContainText('approved')
  await expect(request).toContainText('Good luck with it')
  await sound(page)
})

test('a refusal is told with its reason, and one may ask again', async ({ page }) => {
  test.slow()
  const { declined } = own()
  const staff = await staffFor(look(), 'admin')
  await signInAs(page, 'noor')
  await live(page)
  const customer = await customerOf(page)
  await page.goto('/app/limits')
  await ask(page, declined, { amount: '999,000,000', why: 'Just in case' })
  await expect(row(page, declined).getByRole('link', { name: 'You asked for more' })).toBeVisible()
  const id = await requestFor(customer, declined)
  await cli('requests', 'decline', id, '--as', staff, '--answer', 'Tell us what it is for')
  await expect(page.locator(`#${id}`)).toContainText('declined')
  await expect(page.locator(`#${id}`)).toContainText('Tell us what it is for')
  await expect(page.getByRole('button', { name: `Ask for more of ${declined}`, exact: true })).toBeVisible()
})

test('a plain member sees the limits, and that asking is for others', async ({ page }) => {
  await signInAs(page, 'noor')
  await page.goto('/choose')
  await page.getByRole('button', { name: /Meridian/ }).click()
  await page.goto('/app/limits')
  await expect(page.locator('#content').getByText('Asking for more is for owners and billing.')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Ask for more/ })).toHaveCount(0)
  await sound(page)
})

test('a denial leads to the limits', async ({ page }) => {
  await signInAs(page, 'ben')
  const { id } = await decide({ customer: await customerOf(page), cost: uniqueCost(800_000_000) })
  await page.goto(`/app/decisions/${id}`)
  const ways = page.getByRole('region', { name: 'Ways on' })
  await ways.getByRole('link', { name: 'See your limits, and ask for more' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Limits' })).toBeVisible()
})
