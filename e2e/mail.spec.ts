import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'

test('a mail of the demo is read in the outbox, and its link works', async ({ page }) => {
  await page.goto('/outbox')
  await expect(page.getByRole('heading', { name: 'Outbox' })).toBeVisible()
  const mails = page.locator('main').getByRole('link')
  await expect(mails.first()).toBeVisible()
  await mails.first().click()
  const subject = await page.getByRole('heading', { level: 2 }).innerText()
  const frame = page.frameLocator(`iframe[title="Mail: ${subject}"]`)
  await expect(frame.getByRole('heading', { level: 1 })).toBeVisible()
  await page.getByText('The same as plain text').click()
  await expect(page.locator('pre')).toContainText('http')
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual(
    [],
  )

  const opened = page.waitForEvent('popup')
  await frame.getByRole('link').first().click()
  await expect((await opened).getByRole('heading', { level: 1 })).toBeVisible()
})
