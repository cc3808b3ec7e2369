import { expect, test } from '@playwright/test'
import { sound } from './sound.ts'
import { customerOf, decide, live, signInAs, uniqueCost } from './world.ts'

test('every page is accessible, and none scrolls sideways', async ({ page }) => {
  test.slow()
  await page.goto('/')
  await sound(page)
  await signInAs(page, 'ben')
  await live(page)
  const { id } = await decide({ customer: await customerOf(page), cost: uniqueCost(700_000_000) })
  for (const path of [
    '/app',
    '/app/decisions',
    '/app/usage',
    '/app/limits',
    '/app/cases',
    `/app/decisions/${id}`,
    '/app/decisions/dec_nothing',
    '/docs/problems/invalid-request',
    '/nowhere',
  ]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expect(page.locator('[role="status"][aria-label="Reading your access"]')).toHaveCount(0)
    await sound(page, { at: path })
  }
})

test('every problem type of the API leads to its page', async ({ request }) => {
  const { problems } = (await (await request.get('/api/v1/problems')).json()) as {
    problems: { type: string; title: string }[]
  }
  const own = [...new Set(problems.map(({ type }) => type).filter((type) => type.startsWith('/')))]
  expect(own.length).toBeGreaterThan(20)
  for (const type of own) expect((await request.get(type)).status(), type).toBe(200)
  expect((await request.get('/docs/problems/no-such-thing')).status()).toBe(404)
})

test('the content security policy breaks nothing', async ({ page }) => {
  const problems: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
  const response = await page.goto('/')
  const headers = response?.headers() ?? {}
  expect(headers['content-security-policy']).toContain("'nonce-")
  expect(headers['content-security-policy']).not.toContain("script-src 'self' 'unsafe-inline'")
  expect(headers['x-content-type-options']).toBe('nosniff')
  expect(headers['x-powered-by']).toBeUndefined()
  await signInAs(page, 'priya')
  await live(page)
  for (const path of ['/app/decisions', '/app/usage']) {
    await page.goto(path)
    await live(page)
  }
  await page.getByRole('table', { name: 'Usage events' }).getByRole('link').first().click()
  await expect(page.getByRole('region', { name: 'Proof' })).toBeVisible()
  expect(problems).toEqual([])
})

test('the session cookie is out of reach of scripts, and forged ones are nobody', async ({ page, context }) => {
  await signInAs(page, 'ada')
  const [session] = (await context.cookies()).filter((cookie) => cookie.name === 'spillway')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  const { value = '', domain = '' } = session ?? {}
  const forged = `${value.slice(0, -1)}${value.endsWith('A') ? 'B' : 'A'}`
  await context.addCookies([{ name: 'spillway', value: forged, domain, path: '/' }])
  await page.goto('/app')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
})

test('a mutation from another site is refused, and a batch has a bound', async ({ request }) => {
  const crossed = await request.post('/api/trpc/system.find', {
    headers: { origin: 'https://elsewhere.example' },
    data: {},
  })
  expect(crossed.status()).toBe(403)
  const many = Array.from({ length: 21 }, () => 'system.personas').join(',')
  const tooMany = await request.get(`/api/trpc/${many}?batch=1&input=%7B%7D`)
  expect(tooMany.status()).toBe(400)
  expect(await tooMany.text()).not.toContain('node_modules')
})
