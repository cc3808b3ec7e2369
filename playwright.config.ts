import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, devices } from '@playwright/test'
import { installedChromium } from './scripts/steps/chromium.ts'

const port = Number(process.env.E2E_PORT ?? 3100)
const origin = `http://127.0.0.1:${port}`
const chromium = installedChromium()

// A world of its own, which the server makes. Workers read this file too, and find the name in the environment.
process.env.SPILLWAY_E2E_HOME ??= join(tmpdir(), `spillway-e2e-${process.pid}`)

const desktop = { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } }

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // A test that passes only at the second attempt has found something: the summary names it as flaky, to be mended.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  // Bounds against hanging, wide enough for two busy cores; what has to be fast is measured elsewhere.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    baseURL: origin,
    // Recording one costs as much as the test; `npx playwright test --trace on` makes it when it is wanted.
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(chromium && { executablePath: chromium }),
      // root has no sandbox of its own, and the shared memory of a container is small
      args: ['--disable-dev-shm-usage', '--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    },
  },
  projects: [
    { name: 'light', use: { ...desktop, colorScheme: 'light' } },
    { name: 'dark', use: { ...desktop, colorScheme: 'dark' } },
    { name: 'mobile', use: { ...desktop, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
  ],
  webServer: {
    command: 'node --import tsx scripts/start.ts',
    url: `${origin}/readyz`,
    timeout: 120_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 15_000 },
    stdout: 'pipe',
    env: {
      SPILLWAY_HOME: process.env.SPILLWAY_E2E_HOME,
      PORT: String(port),
      SPILLWAY_DEMO_TRAFFIC: 'on',
    },
  },
})
