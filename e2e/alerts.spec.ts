import { expect, test } from '@playwright/test'
import { sound } from './sound.ts'
import { customerOf, decide, inCredits, live, type Persona, signInAs, uniqueCost } from './world.ts'

/** Whose window fills up: the projects share one world, and a threshold is told once a period. */
const FILLERS: Record<string, Persona> = { light: 'mira', dark: 'jonas', mobile: 'ada' }

/** Whose settings change, likewise. */
const CHANGERS: Record<string, Persona> = { light: 'noor', dark: 'jonas', mobile: 'priya' }

test('a window that fills up rings the bell without a reload, and reading it clears the count', async ({ page }) => {
  await signInAs(page, FILLERS[test.info().project.name] ?? 'mira')
  await live(page)
  const customer = await customerOf(page)
  // whatever is left of each window: at least half of the first is used then
  await decide({ customer, cost: '2400000' })
  const bell = page.getByRole('button', { name: /^Alerts, [1-9]\d* unread/ })
  await expect(bell).toBeVisible()
  await bell.click()
  await expect(
    page
      .getByRole('region', { name: 'Latest alerts' })
      .getByText(/window is used/)
      .first(),
  ).toBeVisible()
  await page.keyboard.press('Escape')
  // what else crosses meanwhile is read too
  const none = page.getByRole('button', { name: 'Alerts, none unread' })
  await expect(async () => {
    if (await none.isVisible()) return
    await bell.click({ timeout: 1_000 })
    await page.keyboard.press('Escape')
    await expect(none).toBeVisible({ timeout: 3_000 })
  }).toPass({ timeout: 20_000 })
})

test('consent, thresholds and caps are changed on one page, and stay changed', async ({ page }) => {
  await signInAs(page, CHANGERS[test.info().project.name] ?? 'noor')
  await page.goto('/app/alerts')
  await live(page)
  const never = page.getByRole('radio', { name: /^Never/ })
  const ask = page.getByRole('radio', { name: /^Ask each time/ })
  await ask.check()
  await expect(never).toBeEnabled()
  await never.check()
  await expect(page.getByText('Consent was changed').first()).toBeVisible()
  await expect(never).toBeEnabled()
  const mailAtHalf = page.getByRole('checkbox', { name: 'Mail at 50%' })
  const was = await mailAtHalf.isChecked()
  await mailAtHalf.setChecked(!was)
  await expect(page.getByText('Alerts were changed')).toBeVisible()

  await page.getByLabel('Credits', { exact: true }).fill('0')
  await page.getByRole('button', { name: 'Set the cap' }).click()
  await expect(page.getByText('Write credits above zero')).toBeVisible()
  const limit = inCredits(uniqueCost(12_500_000))
  const cap = page
    .locator('main')
    .getByRole('listitem')
    .filter({ hasText: `at most ${limit} credits a week` })
  await page.getByLabel('Credits', { exact: true }).fill(limit)
  await page.getByLabel('In', { exact: true }).selectOption('week')
  await page.getByRole('button', { name: 'Set the cap' }).click()
  await expect(cap).toBeVisible()
  await page.reload()
  await expect(never).toBeChecked()
  await expect(mailAtHalf).toBeChecked({ checked: !was })
  await expect(cap).toBeVisible()
  await sound(page)

  await cap.getByRole('button', { name: /^Remove the cap/ }).click()
  await page.getByRole('button', { name: 'Remove the cap', exact: true }).click()
  await expect(cap).toBeHidden()
  await ask.check()
  await expect(ask).toBeChecked()
})

test('a promotion code gives its grant once, and a wrong one says so', async ({ page }) => {
  await signInAs(page, 'jonas')
  await page.goto('/app/alerts')
  const code = page.locator('#content').getByLabel('Code', { exact: true })
  const redeem = page.locator('#content').getByRole('button', { name: 'Redeem' })
  await code.fill('nobody-knows')
  await redeem.click()
  await expect(page.getByText('There is no such code')).toBeVisible()
  await code.fill(' welcome-10 ')
  await redeem.click()
  // light, dark and mobile share the demo: whoever comes later has used it already
  await expect(page.getByText(/10 credits can be used now|You have used this code already/)).toBeVisible()
  await page.goto('/app')
  await expect(page.getByText('Welcome to the demo').first()).toBeVisible()
})

test('an endpoint shows its secret once, takes no private address, and logs what it was sent', async ({ page }) => {
  await signInAs(page, 'noor')
  await page.goto('/app/webhooks')
  const address = page.getByLabel('Address')
  const add = page.getByRole('button', { name: 'Add the endpoint' })
  for (const refused of ['https://169.254.169.254/', 'https://2130706433/', 'http://example.com/']) {
    await address.fill(refused)
    await add.click()
    await expect(page.getByText(/must be a public one|must begin with https/)).toBeVisible()
    await expect(page.locator('[data-secret]')).toHaveCount(0)
  }
  const url = `https://${crypto.randomUUID()}.invalid/in`
  await address.fill(url)
  await add.click()
  await expect(page.locator('[data-secret]')).toHaveText(/^whsec_/)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('button', { name: `Send a ping to ${url}` }).click()
  await expect(page.getByText(/attempts?: /).first()).toBeVisible()
  await sound(page)
  await page.getByRole('button', { name: `Remove ${url}` }).click()
  await page.getByRole('button', { name: 'Remove the endpoint' }).click()
  await expect(page.getByText(url)).toHaveCount(0)
  await expect(page.getByText('the endpoint was switched off').first()).toBeVisible()
})

test('a banked reset is used once, after saying what it does', async ({ page }) => {
  await signInAs(page, 'ada')
  await live(page)
  const use = page.getByRole('button', { name: 'Use a banked reset on 5-hour window' })
  // another look of the same demo may have used it already
  if ((await use.count()) === 0) return
  await use.click()
  const question = page.getByRole('alertdialog')
  await expect(question).toContainText('cannot be taken back')
  await question.getByRole('button', { name: 'Use it now' }).click()
  await expect(use).toHaveCount(0)
  await expect(page.getByRole('meter', { name: '5-hour window, used' })).toHaveAttribute('aria-valuetext', /^0 credits/)
})
