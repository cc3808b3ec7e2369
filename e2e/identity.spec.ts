import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { sound } from './sound.ts'
import { live, signInAs } from './world.ts'

const PASSWORD = 'a sentence for tests'
/** The path of the link in the latest mail to this address, from the demo's outbox. */
async function mailed(page: Page, email: string, path: RegExp): Promise<string> {
  const read = async () => {
    const outbox = await page.request.get(`/api/trpc/mail.outbox`)
    const mails = (await outbox.json()).result.data as { id: string; to: string }[]
    for (const mail of mails.filter(({ to }) => to === email)) {
      const input = encodeURIComponent(JSON.stringify({ id: mail.id }))
      const rendered = await page.request.get(`/api/trpc/mail.rendered?input=${input}`)
      const found = path.exec((await rendered.json()).result.data.text)?.[0]
      if (found !== undefined) return found
    }
    return 'nothing yet'
  }
  await expect.poll(read).toMatch(path)
  return read()
}

let people = 0
const someone = (name: string) => `${name}-${Date.now()}-${process.pid}-${(people += 1)}@example.com`

/** An owner invites them from the team page; they accept in a browser of their own. */
async function invited(
  owner: Page,
  { email, guest, name = 'Grace Hopper' }: { email: string; guest: Page; name?: string },
): Promise<void> {
  await owner.goto('/app/team')
  await live(owner)
  await owner.locator('#content').getByLabel('E-mail address').fill(email)
  await owner.getByRole('button', { name: 'Invite' }).click()
  await expect(owner.getByRole('region', { name: 'Open invitations' })).toContainText(email)
  await guest.goto(await mailed(owner, email, /\/invite\/[\w-]{43}/))
  await guest.getByLabel('Your name').fill(name)
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Accept the invitation' }).click()
  await expect(guest).toHaveURL(/\/app$/)
}

async function signInByPassword(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const sessionOf = async (context: BrowserContext) =>
  (await context.cookies()).find((cookie) => cookie.name === 'spillway')?.value

test('invited by mail, signed in by password and by link, signed out for good', async ({ page, browser }) => {
  await signInAs(page, 'noor')
  const context = await browser.newContext()
  const guest = await context.newPage()
  const email = someone('grace')
  await invited(page, { email, guest })
  await expect(guest.getByRole('button', { name: /Halden Robotics.*Account menu/ })).toBeVisible()
  const first = await sessionOf(context)

  await guest.getByRole('button', { name: /Account menu/ }).click()
  await guest.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(guest).toHaveURL(/\/$/)
  await context.addCookies([{ name: 'spillway', value: first ?? '', domain: '127.0.0.1', path: '/' }])
  await guest.goto('/app/keys')
  await expect(guest).toHaveURL(/\/sign-in\?next=%2Fapp%2Fkeys/)

  await guest.getByLabel('E-mail address').fill(email)
  await guest.getByLabel('Password').fill('another sentence')
  await guest.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(guest.locator('main').getByRole('alert')).toContainText('do not belong together')
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(guest).toHaveURL(/\/app\/keys$/)
  expect(await sessionOf(context)).not.toBe(first)

  await context.clearCookies()
  await guest.goto('/sign-in')
  await guest.getByLabel('E-mail address').fill(email)
  await guest.getByRole('button', { name: 'E-mail me a link instead' }).click()
  await expect(guest.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  const link = await mailed(page, email, /\/sign-in\/link\/[\w-]{43}/)
  await guest.goto(link)
  await guest.getByRole('button', { name: 'Sign in' }).click()
  await expect(guest).toHaveURL(/\/app$/)
  await context.clearCookies()
  await guest.goto(link)
  await expect(guest.getByRole('heading', { name: 'This link is over' })).toBeVisible()
  await context.close()
})

test('a member is not led to what only owners may use, and is told so there', async ({ page, browser, isMobile }) => {
  await signInAs(page, 'noor')
  const context = await browser.newContext()
  const guest = await context.newPage()
  await invited(page, { email: someone('member'), guest })
  await live(guest)
  if (isMobile) await guest.getByRole('button', { name: 'Open the menu' }).click()
  const rail = guest.getByRole('navigation', { name: 'Main' })
  await expect(rail.getByRole('link', { name: 'Limits' })).toBeVisible()
  await expect(rail.getByRole('link', { name: /Webhooks|Auto top-up/ })).toHaveCount(0)
  if (isMobile) await guest.keyboard.press('Escape')
  await guest.getByRole('button', { name: 'Find an id or a page' }).filter({ visible: true }).click()
  await expect(guest.getByRole('option', { name: 'Limits' })).toBeVisible()
  await expect(guest.getByRole('option', { name: /Webhooks|Auto top-up/ })).toHaveCount(0)
  await guest.goto('/app/webhooks')
  await expect(guest.getByText('Webhooks are for owners')).toBeVisible()
  await context.close()
})

test('who is removed is told so, and is out at the next click', async ({ page, browser }) => {
  await signInAs(page, 'noor')
  const context = await browser.newContext()
  const guest = await context.newPage()
  const email = someone('ben')
  const name = `Guest ${Date.now()}`
  await invited(page, { email, guest, name })
  await guest.goto('/app/team')
  await expect(guest.locator('#content').getByText('An owner invites people')).toBeVisible()
  await expect(guest.getByRole('button', { name: 'Invite' })).toHaveCount(0)

  await page.goto('/app/team')
  await page.getByRole('button', { name: `Remove ${name}` }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText(email)).toHaveCount(0)
  await expect(guest.getByText('you are no longer a member here')).toBeVisible()
  await guest.goto('/app/usage')
  await expect(guest).toHaveURL(/\/sign-in/)
  await context.close()
})

test('a key’s secret is on the screen once, works, and dies when it is revoked', async ({ page, request }) => {
  await signInAs(page, 'priya')
  await page.goto('/app/keys')
  await expect(page.getByRole('region', { name: 'Live keys' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Make the key' })).toHaveCount(0)

  await signInAs(page, 'mira')
  await page.goto('/app/keys')
  await live(page)
  const name = `Batch ${Date.now()}`
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Make the key' }).click()
  const secret = (await page.locator('[data-secret]').textContent()) ?? ''
  expect(secret).toMatch(/^ck_[0-9A-Za-z]{32}$/)
  const customer = (await (await page.request.get('/api/trpc/team.customer')).json()).result.data.id as string
  const ask = async (key: string) =>
    (
      await request.get(`/api/v1/customers/${customer}/access`, { headers: { authorization: `Bearer ${key}` } })
    ).status()
  expect(await ask(secret)).toBe(200)

  await page.reload()
  await expect(page.getByText(name, { exact: true }).first()).toBeVisible()
  expect(await page.content()).not.toContain(secret)

  await page.getByRole('button', { name: `Rotate ${name}` }).click()
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  const second = (await page.locator('[data-secret]').textContent()) ?? ''
  expect(await ask(secret)).toBe(200)
  expect(await ask(second)).toBe(200)

  const row = page.getByRole('listitem').filter({ hasText: second.slice(0, 11) })
  await row.getByRole('button', { name: `Revoke ${name}` }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('region', { name: 'Ended keys' })).toContainText(second.slice(0, 11))
  expect(await ask(second)).toBe(401)
})

test('a person with two customers goes from one to the other', async ({ page, context }) => {
  await signInAs(page, 'noor')
  const other = await context.newPage()
  await other.goto('/app/team')
  await live(other)
  await page.getByRole('button', { name: /Account menu/ }).click()
  await page.getByRole('menuitemradio', { name: /Meridian Health/ }).click()
  await expect(page.getByRole('button', { name: /Meridian Health.*Account menu/ })).toBeVisible()
  // the other tab follows: no figure stands under the wrong name
  await expect(other.getByRole('button', { name: /Meridian Health.*Account menu/ })).toBeVisible()
})

test('every page of identity is accessible, and none scrolls sideways', async ({ page }) => {
  test.slow()
  const visit = async (path: string) => {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await sound(page, { at: path })
  }
  for (const path of ['/sign-in', '/sign-in?error=link', '/sign-in/check-mail', '/sign-in/forgot', '/invite/x']) {
    await visit(path)
  }
  await signInAs(page, 'noor')
  for (const path of ['/app/team', '/app/keys', '/app/settings']) {
    await page.goto(path)
    await page.getByRole('heading', { level: 2 }).first().waitFor()
    await visit(path)
  }
})

test('pages of a customer ask whoever is not signed in to do so first', async ({ page }) => {
  for (const path of ['/app', '/app/team', '/app/keys', '/app/settings', '/app/decisions', '/app/usage']) {
    await page.goto(path)
    await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(path)}`)
  }
  await signInByPassword(page, 'nobody@example.com')
  await expect(page.locator('main').getByRole('alert')).toContainText('do not belong together')
})
