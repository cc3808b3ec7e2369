import { rmSync } from 'node:fs'
import { type Browser, chromium, type Page } from '@playwright/test'
import { buildPages, generateClient } from '../../scripts/steps/build.ts'
import { ensureChromium } from '../../scripts/steps/chromium.ts'
import { startEngine } from '../../src/cli/start-engine.ts'
import { versionOf } from '../postgres-version.ts'
import { machineName } from '../report/result.ts'
import { scratchFolder } from '../scratch.ts'
import { type Pixel, commitToPixel } from './commit-to-pixel.ts'
import { type Vitals, vitalsOf } from './vitals.ts'

const WARM_LOADS = 2
const LOADS = 10
const STREAMS = 200
const COMMITS = 200

/** What a person sees of `/app`: how soon, how steady, and how long after a commit. */
export interface PortalResult {
  readonly at: string
  readonly mode: 'portal'
  readonly machine: string
  /** As it comes, on a screen 1280 px wide. */
  readonly desktop: Vitals
  /** 390 px wide, a processor four times as slow, 10 Mbit/s with 40 ms to the server and back. */
  readonly phone: Vitals
  readonly pixel: Pixel
}

const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const

/** A production build, a server and a browser of their own; demo traffic is off. */
export async function measurePortal(say: (what: string) => void): Promise<PortalResult> {
  const executablePath = await ensureChromium(say)
  if (executablePath === undefined) throw new Error('the portal is measured in a Chromium, and there is none')
  if ((await generateClient('collected')) === 'failed' || (await buildPages()) === 'failed')
    throw new Error('the production build of the portal failed')
  const home = scratchFolder()
  try {
    const engine = await startEngine({ home, portal: true })
    const args = ['--disable-dev-shm-usage', '--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
    const browser = await chromium.launch({ executablePath, args })
    try {
      const visit = async (screen: keyof typeof SCREENS, loads: number, slow: boolean): Promise<Vitals> => {
        say(`${loads} loads of /app, ${screen}`)
        const page = await signedIn(browser, engine.baseUrl, SCREENS[screen])
        const vitals = await vitalsOf(page, { url: `${engine.baseUrl}/app`, loads, slow })
        await page.context().close()
        return vitals
      }
      await visit('desktop', WARM_LOADS, false) // the server's first pages are compiled as they are asked for
      const [desktop, phone] = [await visit('desktop', LOADS, false), await visit('phone', LOADS, true)]
      say(`${COMMITS} commits with ${STREAMS} open streams`)
      const page = await signedIn(browser, engine.baseUrl, SCREENS.desktop)
      const pixel = await commitToPixel(page, { ...engine, streams: STREAMS, commits: COMMITS })
      const machine = machineName(await versionOf(engine.databaseUrl), null)
      return { at: new Date().toISOString(), mode: 'portal', machine, desktop, phone, pixel }
    } finally {
      await browser.close()
      await engine.stop()
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

type Screen = (typeof SCREENS)[keyof typeof SCREENS]

async function signedIn(browser: Browser, origin: string, screen: Screen): Promise<Page> {
  const context = await browser.newContext({ ...screen })
  // functions that are sent to the page name themselves by a helper of the compiler, which pages do not have
  await context.addInitScript({ content: 'globalThis.__name = (it) => it' })
  const page = await context.newPage()
  await page.goto(`${origin}/`)
  await page.locator('button[value="priya"]').click()
  await page.locator('[data-live="live"]').waitFor()
  return page
}
