import { expect, test } from '@playwright/test'
import { customerOf, decide, signInAs, uniqueCost } from './world.ts'

test('a blocked request says why, in a sentence, a picture and a table, with ways on', async ({ page }) => {
  await signInAs(page, 'ben')
  const { id, outcome } = await decide({ customer: await customerOf(page), cost: uniqueCost(400_000_000) })
  expect(outcome).toBe('denied')
  await page.goto(`/app/decisions/${id}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('used up')
  const ways = page.getByRole('region', { name: 'Ways on' })
  await expect(ways.getByRole('listitem')).not.toHaveCount(0)
  const waterfall = page.getByRole('region', { name: 'Waterfall' })
  await expect(waterfall.getByText('decided here')).toBeVisible()
  await expect(waterfall.getByText('so nothing was taken')).toBeVisible()
  await waterfall.getByRole('button', { name: 'Show as table' }).click()
  await expect(waterfall.getByRole('table').getByRole('row')).not.toHaveCount(1)
  await expect(waterfall.getByRole('table').getByText('decided here')).toBeVisible()
  await expect(page.getByText('Recomputed: identical')).toBeVisible()
})

test('an allowed request shows its proof once it is settled, without a reload', async ({ page }) => {
  await signInAs(page, 'priya')
  const { id } = await decide({ customer: await customerOf(page), cost: uniqueCost(31_000) })
  await page.goto(`/app/decisions/${id}`)
  const proof = page.getByRole('region', { name: 'Proof' })
  await expect(proof.getByText('Usage event')).toBeVisible()
  await expect(proof.getByText('Monetization event')).toBeVisible()
  await expect(proof.getByText(/balance update/i).first()).toBeVisible({ timeout: 10_000 })
  await expect(page.getByText('Recomputed: identical')).toBeVisible()
})

test("another customer's decision, and one that does not exist, are the same 404", async ({ page }) => {
  await signInAs(page, 'ben')
  const { id } = await decide({ customer: await customerOf(page), cost: uniqueCost(500_000_000) })
  await signInAs(page, 'ada')
  for (const path of [id, `dec_${'0'.repeat(32)}`, 'dec_nothing']) {
    const response = await page.goto(`/app/decisions/${path}`)
    expect(response?.status()).toBe(404)
    await expect(page.getByRole('heading', { name: 'Nothing here' })).toBeVisible()
  }
})

test('the list is filtered by outcome and goes on to older ones', async ({ page }) => {
  await signInAs(page, 'priya')
  await page.goto('/app/decisions')
  const rows = page.locator('main').getByRole('link', { name: /why\?/ }).locator('visible=true')
  await expect(rows).toHaveCount(25)
  await page.getByRole('button', { name: 'Show older' }).click()
  await expect(rows).toHaveCount(50)
  await page.getByRole('link', { name: 'Denied' }).click()
  await expect(page).toHaveURL(/outcome=denied/)
  await expect(page.locator('main').getByText('Allowed', { exact: true }).locator('visible=true')).toHaveCount(1)
})
