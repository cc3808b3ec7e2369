import { expect, type Page, test } from '@playwright/test'
import { sound } from './sound.ts'
import { live, type Persona, signInAs } from './world.ts'

// One customer's purchases lead into one another: two tests at once would share an intent, and so a checkout.
test.describe.configure({ mode: 'serial' })

/** The projects run at the same time in one world: each buys a pack of its own, so that their intents differ. */
const PACKS: Record<string, { credits: string; price: string }> = {
  light: { credits: '10', price: '€4.00' },
  dark: { credits: '50', price: '€19.00' },
  mobile: { credits: '250', price: '€89.00' },
}
/** Who tries auto top-up: a customer has one. */
const SAVERS: Record<string, Persona> = { light: 'mira', dark: 'jonas', mobile: 'ada' }
const ownPack = () => PACKS[test.info().project.name] ?? { credits: '10', price: '€4.00' }
const ownPurchase = (page: Page, said: string) =>
  page
    .locator('main')
    .getByRole('link', { name: new RegExp(`\\b${ownPack().credits} credits.*${said}`) })
    .first()

const step = (page: Page, name: string) => page.locator(`[data-step="${name}"]`)
const standing = (page: Page, name: string, expected: string) =>
  expect(step(page, name)).toHaveAttribute('data-standing', expected)

async function toCheckout(page: Page, { keep = false } = {}): Promise<void> {
  await page.goto('/app/credits/buy')
  await live(page)
  await page.getByRole('radio', { name: new RegExp(`^${ownPack().credits} credits`) }).check()
  if (keep) await page.getByRole('checkbox', { name: /Keep this payment method/ }).check()
  await page.getByRole('button', { name: /^Continue to pay/ }).click()
  await expect(page.getByText('Test processor.')).toBeVisible()
}

const PAYS = /^A card that pays(?! too little)/

async function pay(page: Page, card: RegExp): Promise<void> {
  await page.getByRole('radio', { name: card }).check()
  await page.getByRole('button', { name: /^Pay / }).click()
}

test('a paid purchase is credited and usable, step by step, and comes with a receipt', async ({ page }) => {
  await signInAs(page, 'ada')
  await toCheckout(page)
  await pay(page, PAYS)
  await expect(page).toHaveURL(/\/app\/purchases\/pur_[0-9a-f]{32}$/)
  for (const name of ['ordered', 'checkout', 'paid', 'credited', 'usable']) await standing(page, name, 'done')
  await expect(page.locator('main [data-status="credited"]')).toBeVisible()
  await expect(step(page, 'credited')).toContainText(/grt_[0-9a-f]{32}/)
  await expect(page.getByRole('region', { name: 'Receipt' })).toContainText(ownPack().price)
  // the same checkout cannot be paid again
  await page.goBack()
  await expect(page.getByRole('button', { name: /^Pay / })).toHaveCount(0)
})

test('a declined card charges nothing, and another one pays', async ({ page }) => {
  await signInAs(page, 'ben')
  await toCheckout(page)
  await pay(page, /A card that is declined/)
  await expect(page.getByRole('alert').filter({ hasText: 'declined' })).toBeVisible()
  await page.goto('/app/purchases')
  await ownPurchase(page, 'Payment failed').click()
  await standing(page, 'paid', 'failed')
  await standing(page, 'credited', 'ahead')
  await page.getByRole('link', { name: 'Try another card' }).click()
  await pay(page, PAYS)
  await standing(page, 'usable', 'done')
})

test('3-D Secure waits for the person, and is said on the purchase', async ({ page, context }) => {
  await signInAs(page, 'mira')
  await toCheckout(page)
  await pay(page, /A card whose bank asks/)
  await expect(page.getByText('Your bank asks: is it you?')).toBeVisible()
  const other = await context.newPage()
  await other.goto('/app/purchases')
  await ownPurchase(other, 'Bank is asking').click()
  await standing(other, 'bank', 'now')
  await standing(other, 'usable', 'ahead')
  await page.getByRole('button', { name: 'Yes, it is me' }).click()
  // the other tab hears of it by itself
  await standing(other, 'usable', 'done')
})

test('a refund takes the credits back, as an entry of the ledger that can be read', async ({ page }) => {
  await signInAs(page, 'jonas')
  await toCheckout(page)
  const checkout = page.url()
  await pay(page, PAYS)
  await standing(page, 'usable', 'done')
  const purchase = page.url()
  await page.goto(checkout)
  await page.getByRole('button', { name: 'Refund all' }).click()
  await expect(page.getByText(`Refunded so far: ${ownPack().price}`)).toBeVisible()
  await page.goto(purchase)
  await standing(page, 'refunded', 'done')
  await standing(page, 'taken_back', 'done')
  await expect(page.locator('main [data-status="refunded"]')).toBeVisible()
  await page.goto('/app/credits')
  await expect(
    page.getByRole('row', { name: new RegExp(`Taken back.*\u2212${ownPack().credits} `) }).first(),
  ).toBeVisible()

  // the money comes back to the seller: so do the credits to the buyer
  await page.goto(checkout)
  await page.getByRole('button', { name: 'Last refund fails' }).click()
  await expect(page.getByText('Refunded so far: €0.00')).toBeVisible()
  await page.goto(purchase)
  await standing(page, 'refund_failed', 'failed')
  await expect(step(page, 'refund_failed')).toContainText(`${ownPack().price} did not arrive`)
  await expect(step(page, 'taken_back')).toContainText('Credits returned')
  await expect(page.locator('main [data-status="credited"]')).toBeVisible()
  await sound(page)
})

test('a payment of another sum buys nothing, and says what becomes of it', async ({ page }) => {
  await signInAs(page, 'priya')
  await toCheckout(page)
  await pay(page, /A card that pays too little/)
  await standing(page, 'paid', 'failed')
  await standing(page, 'credited', 'ahead')
  const said = page.getByRole('region', { name: 'Another sum was paid' })
  await expect(said).toContainText(`this purchase asks for ${ownPack().price}`)
  await expect(said).toContainText('It bought no credits. Support has been told')
  await expect(page.getByRole('link', { name: 'Go on to pay' })).toHaveCount(0)
  await sound(page)
  await page.goto('/app/purchases')
  await expect(ownPurchase(page, 'With support')).toBeVisible()
  // the next one is an order of its own
  await toCheckout(page)
  await pay(page, PAYS)
  await standing(page, 'usable', 'done')
})

test('two tabs of one page lead to one checkout', async ({ page, context }) => {
  await signInAs(page, 'noor')
  const other = await context.newPage()
  const tabs = [page, other]
  for (const tab of tabs) {
    await tab.goto('/app/credits/buy')
    await live(tab)
    await tab.getByRole('radio', { name: new RegExp(`^${ownPack().credits} credits`) }).check()
  }
  await Promise.all(tabs.map((tab) => tab.getByRole('button', { name: /^Continue to pay/ }).click()))
  for (const tab of tabs) await expect(tab.getByText('Test processor.')).toBeVisible()
  expect(page.url()).toBe(other.url())
})

test('auto top-up is off until a person agrees to its sentence', async ({ page }) => {
  await signInAs(page, SAVERS[test.info().project.name] ?? 'mira')
  await page.goto('/app/auto-top-up')
  await expect(page.locator('#content [data-auto-top-up="off"]')).toBeVisible()
  await toCheckout(page, { keep: true })
  await pay(page, PAYS)
  await standing(page, 'usable', 'done')
  await page.goto('/app/auto-top-up')
  await live(page)
  await expect(page.locator('#content [data-auto-top-up="off"]')).toBeVisible()
  const on = page.getByRole('button', { name: 'Switch on' })
  await page.getByLabel('When fewer credits than').fill('5000')
  await expect(page.getByText(/otherwise it would fire again at once/)).toBeVisible()
  await page.getByLabel('When fewer credits than').fill('0.5')
  await page.getByLabel(/In a month at most/).fill('20')
  await expect(on).toBeDisabled()
  await page.getByRole('checkbox', { name: /I agree: Whenever fewer than 0.5 credits/ }).check()
  await on.click()
  await expect(page.locator('#content [data-auto-top-up="on"]')).toBeVisible()
  await page.getByRole('button', { name: 'Switch off' }).click()
  await expect(page.locator('#content [data-auto-top-up="off"]')).toBeVisible()
})

test('every page of buying is accessible and none scrolls sideways', async ({ page }) => {
  test.slow()
  await signInAs(page, 'jonas')
  await toCheckout(page)
  const checkout = new URL(page.url()).pathname
  await page.goto('/app/purchases')
  const purchase = await page.locator('main').getByRole('link', { name: /€/ }).first().getAttribute('href')
  for (const path of [
    checkout,
    '/app/credits',
    '/app/credits/buy',
    '/app/purchases',
    purchase ?? '',
    '/app/auto-top-up',
  ]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expect(page.locator('.animate-pulse')).toHaveCount(0)
    await sound(page, { at: path })
  }
})
