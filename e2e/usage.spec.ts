import { readFile } from 'node:fs/promises'
import { type Download, expect, type Page, test } from '@playwright/test'
import { sound } from './sound.ts'
import { customerOf, decide, inCredits, live, signInAs, uniqueCost } from './world.ts'

/** Lines of a file without quoted fields, the heading first. */
async function linesOf(download: Download): Promise<string[][]> {
  const text = await readFile(await download.path(), 'utf8')
  expect(text).not.toContain('"')
  return text
    .replace('\uFEFF', '')
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','))
}

const day = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10)
/** Days that are over: nothing is added to them while a test looks. */
const PAST = `${day(9)}..${day(2)}`

const MORE_THAN_A_PAGE = 120

const events = (page: Page) => page.getByRole('table', { name: 'Usage events' })
const rows = (page: Page) =>
  events(page)
    .getByRole('row')
    .filter({ has: page.getByRole('link') })
const sums = (page: Page) => page.getByRole('region', { name: /^By (day|hour) and/ })

async function open(page: Page, query = ''): Promise<void> {
  await page.goto(`/app/usage${query}`)
  await live(page)
  await expect(rows(page).first()).toBeVisible()
}

test('a filter is in the address, and the address shows the same again', async ({ page }) => {
  await signInAs(page, 'priya')
  await open(page, `?range=${PAST}`)
  const headline = sums(page).getByText(/credits in [\d,]+ events?/)
  const all = await headline.textContent()
  await page.locator('#content').getByLabel('Group by').selectOption('subject')
  await page.locator('#content').getByLabel('Feature', { exact: true }).selectOption({ label: 'Codex review' })
  await expect(page).toHaveURL(`/app/usage?range=${PAST}&by=subject&feature=codex.review`)
  await expect(headline).not.toHaveText(all ?? '')
  await expect(rows(page).filter({ hasText: 'Codex task' })).toHaveCount(0)
  const [told, first] = [await headline.textContent(), await rows(page).first().textContent()]

  await page.reload()
  await expect(headline).toHaveText(told ?? '')
  await expect(rows(page).first()).toHaveText(first ?? '')
  await expect(page.locator('#content').getByLabel('Group by')).toHaveValue('subject')
  await page.goBack()
  await expect(page).toHaveURL(`/app/usage?range=${PAST}&by=subject`)
  await expect(headline).toHaveText(all ?? '')
})

test('the sums are those of the rows, in the chart, its table and the file', async ({ page }) => {
  await signInAs(page, 'priya')
  await open(page, `?range=${PAST}`)
  await expect(sums(page).getByRole('img', { name: /^Credits by day and layer/ })).toBeVisible()
  await page.keyboard.press('t')
  await expect(page).toHaveURL(/show=table/)
  const table = sums(page).getByRole('table', { name: /^Credits by day/ })
  await expect(table).toBeVisible()
  const shown = await table
    .getByRole('row')
    .evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td')].map((cell) => (cell.textContent ?? '').replaceAll(',', ''))),
    )
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export table' }).click()
  const file = await linesOf(await saving)
  expect(file.slice(1).map(([, ...cells]) => cells)).toEqual(shown.slice(1))
  await page.keyboard.press('t')
  await expect(table).toHaveCount(0)
})

test('the file of events is the list of events, also of those not scrolled to', async ({ page }) => {
  await signInAs(page, 'priya')
  const subject = `export-${crypto.randomUUID()}`
  const customer = await customerOf(page)
  for (let made = 0; made < MORE_THAN_A_PAGE; made += 10)
    await Promise.all(Array.from({ length: 10 }, () => decide({ customer, subject, cost: uniqueCost(1_000) })))
  await open(page, `?range=7d&subject=${subject}`)
  const saving = page.waitForEvent('download')
  await page.keyboard.press('e')
  const download = await saving
  expect(download.suggestedFilename()).toMatch(/^usage_events_.*subject-export-/)
  const [heading = [], ...file] = await linesOf(download)
  await expect(page.getByText(`${file.length} events are in the file.`)).toBeVisible()
  const total = await sums(page)
    .getByText(/credits in [\d,]+ events/)
    .textContent()
  expect(total).toBe(`credits in ${file.length} events`)
  const column = (name: string) => heading.indexOf(name)
  const seen = await rows(page).evaluateAll((all) =>
    all.map((row) => ({
      id: row.querySelector('a')?.getAttribute('href')?.split('/').at(-1),
      cells: [...row.querySelectorAll('[role="cell"]')].slice(-2).map((cell) => cell.textContent?.replaceAll(',', '')),
    })),
  )
  expect(seen.length).toBeGreaterThan(0)
  expect(file.length).toBeGreaterThan(seen.length)
  expect(file.slice(0, seen.length).map((line) => line[column('Id')])).toEqual(seen.map(({ id }) => id))
  expect(file.slice(0, seen.length).map((line) => [line[column('Credits')], line[column('Running total')]])).toEqual(
    seen.map(({ cells }) => cells),
  )
  expect(new Set(file.map((line) => line[column('Member or key')]))).toEqual(new Set([subject]))
  expect(new Set(file.map((line) => line[column('Id')])).size).toBe(MORE_THAN_A_PAGE)
})

test('keys lead through ranges and to the filters, and a row opens its proof', async ({ page }) => {
  await signInAs(page, 'ada')
  await open(page, '?range=7d')
  await page.keyboard.press('[')
  await expect(page).toHaveURL(/range=\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d/)
  await expect(page.getByRole('button', { name: 'Range after' })).toBeEnabled()
  await page.keyboard.press(']')
  await expect(page).toHaveURL('/app/usage?range=7d')
  await page.keyboard.press('/')
  await expect(page.getByLabel('Layer', { exact: true })).toBeFocused()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await rows(page).first().getByRole('link').click()
  await expect(page.getByRole('region', { name: 'Proof' })).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL('/app/usage?range=7d')
})

test('usage of this moment is in the sums without a reload, and in the rows when asked for', async ({ page }) => {
  await signInAs(page, 'jonas')
  const customer = await customerOf(page)
  await decide({ customer, cost: '1000' })
  await open(page, '?range=today')
  const cost = uniqueCost(2_000)
  expect((await decide({ customer, cost })).outcome).toBe('allowed')
  await page.getByRole('button', { name: 'Show newer usage' }).click()
  await expect(rows(page).first()).toContainText(inCredits(cost))
})

test('days that are none say so, and lead back', async ({ page }) => {
  await signInAs(page, 'ada')
  await page.goto('/app/usage?range=2026-02-30..2026-03-01')
  await expect(page.locator('#content').getByText('There are no such days')).toBeVisible()
  await page.getByRole('button', { name: 'Show the last 30 days' }).click()
  await expect(page).toHaveURL('/app/usage')
  await expect(rows(page).first()).toBeVisible()
})

test('chart and table are accessible, and nothing scrolls sideways', async ({ page }) => {
  await signInAs(page, 'priya')
  for (const query of ['', '?show=table&by=subject', '?range=today&task=', '?feature=nothing']) {
    await page.goto(`/app/usage${query}`)
    await live(page)
    await expect(page.getByRole('region', { name: 'Events', exact: true })).toBeVisible()
    if (query === '') await expect(page.locator('.recharts-bar-rectangle').first()).toBeVisible()
    await sound(page, { at: query })
  }
})

test('the library of the charts is loaded with the first chart, and not before', async ({ page }) => {
  const scripts: string[] = []
  page.on('response', async (response) => {
    if (response.url().endsWith('.js') && (await response.text()).includes('recharts')) scripts.push(response.url())
  })
  await signInAs(page, 'ada')
  await live(page)
  await page.waitForLoadState('networkidle')
  expect(scripts).toEqual([])
  await open(page)
  await expect(page.locator('.recharts-bar-rectangle').first()).toBeVisible()
  await expect.poll(() => scripts.length).toBeGreaterThan(0)
})
