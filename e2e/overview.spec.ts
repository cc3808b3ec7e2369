import { expect, test } from '@playwright/test'
import { wireTo } from './cuttable.ts'
import { customerOf, decide, inCredits, live, signInAs, uniqueCost } from './world.ts'

test('a persona signs in with one click and sees windows, balance and what pays', async ({ page }) => {
  await signInAs(page, 'mira')
  await expect(page.getByRole('heading', { name: '5-hour window' })).toBeVisible()
  await expect(page.getByRole('meter', { name: 'Weekly window, used' })).toHaveAttribute(
    'aria-valuetext',
    /of 15 credits used/,
  )
  await expect(page.getByText('paying now').first()).toBeVisible()
  const parts = page.getByRole('table', { name: 'Parts of the balance, in credits' })
  for (const part of [/^Available/, /^Expiring/, /^Held/, /^Pending/, /^Settled balance/]) {
    await expect(parts.getByRole('rowheader', { name: part })).toBeVisible()
  }
  await expect(page.getByText('0 unexplained')).toBeVisible()
})

test('the parts of the balance add up to the settled balance', async ({ page }) => {
  await signInAs(page, 'priya')
  const cells = page.getByRole('table', { name: 'Parts of the balance, in credits' }).getByRole('cell')
  await expect(cells.first()).toBeVisible()
  const amounts = await cells.allInnerTexts()
  const micro = amounts.map((text) => {
    const [whole = '0', fraction = ''] = text.replace(/[^0-9.]/g, '').split('.')
    return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
  })
  expect(micro.slice(0, -1).reduce((sum, part) => sum + part, 0n)).toBe(micro.at(-1))
})

test('a decision made by a product appears without a reload', async ({ page }) => {
  await signInAs(page, 'priya')
  await live(page)
  const cost = uniqueCost(11_000)
  const { outcome } = await decide({ customer: await customerOf(page), cost })
  expect(outcome).toBe('allowed')
  await expect(page.getByText(inCredits(cost)).locator('visible=true').first()).toBeVisible({ timeout: 5_000 })
})

test('a cut stream is said within 5 s, and nothing is lost once it is back', async ({ page, baseURL }) => {
  const wire = await wireTo(baseURL ?? '')
  try {
    await signInAs(page, 'priya', wire.origin)
    await live(page)
    const customer = await customerOf(page)
    wire.cut()
    await expect(page.locator('[data-live="stale"]')).toBeVisible({ timeout: 5_000 })
    await expect(page.getByText('could not be brought up to date')).toBeVisible()
    const cost = uniqueCost(23_000)
    await decide({ customer, cost })
    wire.mend()
    await expect(page.locator('[data-live="live"]')).toBeVisible({ timeout: 15_000 })
    await expect(page.getByText(inCredits(cost)).locator('visible=true').first()).toBeVisible({ timeout: 5_000 })
    await expect(page.getByText('could not be brought up to date')).toBeHidden()
  } finally {
    wire.close()
  }
})

test('a part that cannot be read says so, keeps what is there, and comes back when asked', async ({ page }) => {
  await signInAs(page, 'priya')
  await page.goto('/app/decisions')
  await live(page)
  const rows = page.locator('main').getByRole('link', { name: /why\?/ }).locator('visible=true')
  await page.route('**/api/trpc/decision.list**', (route) => route.abort())
  await page.getByRole('button', { name: 'Show older' }).click()
  await expect(page.getByText('The list could not be read on.')).toBeVisible()
  await expect(rows).toHaveCount(25)
  await page.unroute('**/api/trpc/decision.list**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(rows).toHaveCount(50)
})

test('pages behind sign-in ask who it is, and remember where one was going', async ({ page }) => {
  for (const path of ['/app', '/app/decisions', '/app/usage']) {
    await page.goto(path)
    await expect(page).toHaveURL(new RegExp(`/sign-in\\?next=${encodeURIComponent(path)}$`))
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
})

test('signing out ends the session', async ({ page }) => {
  await signInAs(page, 'ada')
  await page.getByRole('button', { name: /Account menu/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page.getByRole('heading', { name: /How much is allowed/ })).toBeVisible()
  await page.goto('/app')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fapp$/)
})
