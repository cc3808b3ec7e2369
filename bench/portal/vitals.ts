import type { Locator, Page } from '@playwright/test'
import { median } from '../measure.ts'

/** As a browser reports them; medians over the loads, of the interactions the slowest. JavaScript as it came, compressed. */
export interface Vitals {
  readonly loads: number
  readonly lcpMs: number
  readonly cls: number
  readonly inpMs: number
  readonly scriptKb: number
}

interface Seen {
  lcpMs: number
  cls: number
  interactionMs: number
}

/** Four times slower, and a mobile network. */
const SLOWER = 4
const NETWORK = { offline: false, latency: 40, downloadThroughput: 1_250_000, uploadThroughput: 625_000 }
/** Late shifts and paints count too. */
const SETTLE_MS = 1_500

export async function vitalsOf(
  page: Page,
  { url, loads, slow }: { readonly url: string; readonly loads: number; readonly slow: boolean },
): Promise<Vitals> {
  await page.addInitScript(observe)
  const wire = await page.context().newCDPSession(page)
  await wire.send('Network.enable')
  if (slow) {
    await wire.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
    await wire.send('Network.emulateNetworkConditions', NETWORK)
  }
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true })
  const scripts = new Set<string>()
  let scriptBytes = 0
  wire.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId)
  })
  wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength
  })

  const all: (Seen & { scriptKb: number })[] = []
  for (let load = 0; load < loads; load++) {
    scriptBytes = 0
    await page.goto(url, { waitUntil: 'load' })
    await page.locator('[data-live="live"]').waitFor()
    await page.waitForTimeout(SETTLE_MS)
    const scriptKb = scriptBytes / 1_024
    await interact(page)
    all.push({ ...(await page.evaluate(() => (window as unknown as { seen: Seen }).seen)), scriptKb })
  }
  const middle = (of: (one: (typeof all)[number]) => number): number => median(all.map(of))
  return {
    loads,
    lcpMs: Math.round(middle(({ lcpMs }) => lcpMs)),
    cls: Number(middle(({ cls }) => cls).toFixed(4)),
    inpMs: Math.round(Math.max(...all.map(({ interactionMs }) => interactionMs))),
    scriptKb: Number(middle(({ scriptKb }) => scriptKb).toFixed(1)),
  }
}

/** What people do on every page: the theme, the bell, the account menu, the list of keys, the box that finds. */
async function interact(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Theme:/ }).click()
  await opened(page, page.getByRole('region', { name: 'Latest alerts' }), () =>
    page.getByRole('button', { name: /^Alerts,/ }).click(),
  )
  await opened(page, page.getByRole('menuitem', { name: 'Sign out' }), () =>
    page.getByRole('button', { name: /Account menu/ }).click(),
  )
  await opened(page, page.getByRole('dialog'), () => page.keyboard.press('?'))
  await opened(page, page.getByRole('dialog'), async () => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').waitFor()
    await page.keyboard.type('credits')
  })
  await page.waitForTimeout(300)
}

/** Opens it, and closes it again by key. */
async function opened(page: Page, what: Locator, open: () => Promise<void>): Promise<void> {
  await open()
  await what.first().waitFor()
  await page.keyboard.press('Escape')
  await what.first().waitFor({ state: 'hidden' })
}

/** Runs in the page before anything else. */
function observe(): void {
  const seen = { lcpMs: 0, cls: 0, interactionMs: 0 }
  Object.assign(window, { seen })
  const watch = (type: string, hear: (entry: PerformanceEntry) => void, options = {}): void => {
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) hear(entry)
    })
    observer.observe({ type, buffered: true, ...options })
  }
  watch('largest-contentful-paint', (entry) => {
    seen.lcpMs = entry.startTime
  })
  watch('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean }
    if (!hadRecentInput) seen.cls += value
  })
  watch(
    'event',
    (entry) => {
      const { interactionId } = entry as PerformanceEntry & { interactionId: number }
      if (interactionId > 0) seen.interactionMs = Math.max(seen.interactionMs, entry.duration)
    },
    { durationThreshold: 16 },
  )
}
