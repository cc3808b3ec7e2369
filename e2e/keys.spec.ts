import { expect, test } from '@playwright/test'
import { customerOf, decide, live, signInAs, uniqueCost } from './world.ts'

test.skip(({ isMobile }) => isMobile, 'a telephone has no keys')

test('g goes, ? lists, and keys can be switched off', async ({ page }) => {
  await signInAs(page, 'mira')
  await live(page)
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page).toHaveURL(/\/app\/decisions$/)
  await page.keyboard.press('g')
  await page.keyboard.press('o')
  await expect(page).toHaveURL(/\/app$/)
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.getByRole('checkbox').uncheck()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page).toHaveURL(/\/app$/)
})

test('any id is found, and a stranger\u2019s is not', async ({ page }) => {
  await signInAs(page, 'ben')
  await live(page)
  const { id } = await decide({ customer: await customerOf(page), cost: uniqueCost(600_000_000) })
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Paste any id').fill(id)
  await page.getByRole('option', { name: /Decision/ }).click()
  await expect(page).toHaveURL(new RegExp(id))
  const waterfall = page.getByRole('region', { name: 'Waterfall' })
  // The address changes before the page is there, and the box that found it may leave after: a key goes to what one sees.
  await expect(waterfall).toBeVisible()
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('t')
  await expect(waterfall.getByRole('table')).toBeVisible()

  await signInAs(page, 'ada')
  await live(page)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Paste any id').fill(id)
  await expect(page.getByText('Nothing of yours has this id.')).toBeVisible()
})

test('what is clicked or typed before its code has come is not lost', async ({ page }) => {
  await signInAs(page, 'priya')
  await live(page)
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/_next/static/chunks/**', async (route) => {
    await released
    await route.continue()
  })
  const account = page.getByRole('button', { name: /Account menu/ })
  await account.click()
  await expect(account).toHaveAttribute('aria-expanded', 'true')
  await account.click()
  await expect(account).toHaveAttribute('aria-expanded', 'false')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('purchases')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  release()
  await expect(page).toHaveURL(/\/app\/purchases$/)
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await account.press('ArrowDown')
  await expect(page.getByRole('menu', { name: 'Account' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem').first()).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(account).toBeFocused()

  const bell = page.getByRole('button', { name: /^Alerts,/ })
  await bell.click()
  await expect(page.getByRole('dialog', { name: 'Alerts' })).toBeVisible()
  await bell.click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('brackets walk through the list that the reader came from', async ({ page }) => {
  await signInAs(page, 'priya')
  await page.goto('/app/decisions')
  await live(page)
  await page.getByRole('link', { name: /why\?/ }).nth(1).click()
  await expect(page).toHaveURL(/dec_/)
  const second = page.url()
  await page.getByRole('button', { name: 'Older decision' }).waitFor()
  await page.keyboard.press(']')
  await expect(page).not.toHaveURL(second)
  await page.getByRole('button', { name: 'Newer decision' }).waitFor()
  await page.keyboard.press('[')
  await expect(page).toHaveURL(second)
})

test('the skip link is the first stop and leads to the content', async ({ page }) => {
  await signInAs(page, 'ada')
  await page.reload()
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  await expect(skip).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#content')).toBeFocused()
})
