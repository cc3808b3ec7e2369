import { expect, type Page, test } from '@playwright/test'
import { sound } from './sound.ts'
import { cli, customerOf, decide, live, signInAs, staffFor, uniqueCost, usageOf } from './world.ts'

const look = () => test.info().project.name
const check = (page: Page, name: string, result: string) =>
  expect(page.locator(`[data-check="${name}"]`)).toHaveAttribute('data-result', result)
const caseIn = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? ''

/** From the record's page, with the keyboard alone. */
async function open(page: Page, body: string): Promise<string> {
  await page.getByRole('button', { name: 'Open a case' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('What is wrong?')).toBeFocused()
  await page.keyboard.type(body)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/app\/cases\/case_/)
  return caseIn(page)
}

test('a case about a denial: opened once, answered by staff, closed', async ({ page, isMobile }) => {
  test.slow()
  const staff = await staffFor(look(), 'support')
  await signInAs(page, 'ben')
  const denied = await decide({ customer: await customerOf(page), cost: uniqueCost(900_000_000) })
  await page.goto(`/app/decisions/${denied.id}`)
  const id = await open(page, 'Why was I blocked?')
  await expect(page.getByRole('heading', { level: 1, name: 'Codex task: denied' })).toBeVisible()
  for (const name of ['charged', 'moved', 'once', 'alone', 'replayed']) await check(page, name, 'holds')
  await expect(page.getByText('Nothing was used, and nothing was charged')).toBeVisible()
  await expect(page.getByRole('region', { name: 'How things stood then' })).toContainText('5-hour window')
  await sound(page)

  await page.getByRole('link', { name: 'The decision as it is now' }).click()
  await expect(page).toHaveURL(new RegExp(denied.id))
  await expect(page.getByText('There is a case about this already.')).toBeVisible()
  await page.getByRole('link', { name: 'See the case' }).click()
  await expect(page).toHaveURL(new RegExp(id))

  await cli('cases', 'reply', id, '--as', staff, '--message', 'Your window was used up. It is full again soon.')
  const conversation = page.getByRole('region', { name: 'Conversation' })
  await expect(conversation).toContainText('It is full again soon.')
  await expect(conversation).toContainText('Sam of support')
  await expect(page.getByText('waits for you')).toBeVisible()
  await page.getByLabel('Your message').fill('  ')
  await page.getByRole('button', { name: 'Add the message' }).click()
  await expect(conversation.getByText('Write a few words.')).toBeVisible()
  await page.getByLabel('Your message').fill('Thank you.\nI wait then.')
  await page.getByRole('button', { name: 'Add the message' }).click()
  await expect(page.getByText('waits for us')).toBeVisible()
  await page.getByRole('button', { name: 'Close the case' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Close it' }).click()
  await expect(conversation).toContainText('This case is closed.')
  await expect(page.getByLabel('Your message')).toBeHidden()
  await sound(page)

  await page.goto('/app/cases')
  await expect(page.getByRole('link', { name: 'Codex task: denied' }).first()).toBeVisible()
  await sound(page)
  if (isMobile) return
  await live(page)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Paste any id').fill(id)
  await page.getByRole('option', { name: /Case/ }).click()
  await expect(page).toHaveURL(new RegExp(id))
})

test('a case about usage proves its charge, and another customer does not find it', async ({ page }) => {
  await signInAs(page, 'priya')
  const customer = await customerOf(page)
  const decided = await decide({ customer, cost: uniqueCost(41_000) })
  const event = await usageOf(customer, decided.id)
  await page.goto(`/app/usage/${event}`)
  await live(page)
  // settled within a second or so
  await expect(
    page
      .getByRole('region', { name: 'Proof' })
      .getByText(/balance update/i)
      .first(),
  ).toBeVisible()
  const id = await open(page, 'Is this right?')
  for (const name of ['charged', 'moved', 'once', 'alone', 'replayed']) await check(page, name, 'holds')
  const happened = page.getByRole('region', { name: 'What happened' })
  for (const what of ['Decided', 'Used', 'Charged', 'Case opened'])
    await expect(happened.getByText(what, { exact: true })).toBeVisible()
  await happened.getByRole('link', { name: 'Proof' }).click()
  await expect(page).toHaveURL(new RegExp(event))
  await expect(page.getByRole('link', { name: 'See the case' })).toBeVisible()

  await signInAs(page, 'ada')
  for (const path of [id, `case_${'0'.repeat(32)}`, 'case_nothing']) {
    const response = await page.goto(`/app/cases/${path}`)
    expect(response?.status()).toBe(404)
    await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
  }
})
