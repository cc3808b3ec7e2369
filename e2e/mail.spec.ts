import { expect, test } from '@playwright/test'
import { sound } from './sound.ts'

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
  // no script runs in the mail's frame, so axe reads the mail in a page of its own
  await sound(page, { exclude: 'iframe' })
  const mail = await page.context().newPage()
  await mail.setContent((await page.locator('iframe').getAttribute('srcdoc')) ?? '')
  await expect(mail.getByRole('heading', { level: 1 })).toBeVisible()
  await sound(mail)
  await mail.close()

  const opened = page.waitForEvent('popup')
  await frame.getByRole('link').first().click()
  await expect((await opened).getByRole('heading', { level: 1 })).toBeVisible()
})
