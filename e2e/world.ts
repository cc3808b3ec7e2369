import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, type Page } from '@playwright/test'

export type Persona = 'ada' | 'ben' | 'noor' | 'mira' | 'jonas' | 'priya'

export async function signInAs(page: Page, persona: Persona, origin = ''): Promise<void> {
  await page.goto(`${origin}/`)
  await page.locator(`button[value="${persona}"]`).click()
  await expect(page).toHaveURL(/\/app$/)
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible()
}

/** The live stream has said its first word. */
export async function live(page: Page): Promise<void> {
  await expect(page.locator('[data-live="live"]')).toBeVisible()
}

/** The signed-in customer's id, as the account menu shows it. */
export async function customerOf(page: Page): Promise<string> {
  await page.getByRole('button', { name: /Account menu/ }).click()
  const copy = page.getByRole('button', { name: /^Copy cus_/ })
  const name = await copy.getAttribute('aria-label')
  await page.keyboard.press('Escape')
  return (name ?? '').replace('Copy ', '')
}

interface Asked {
  readonly customer: string
  /** Micro-credits: a figure that no other test asks for tells this decision from all others. */
  readonly cost: string
  readonly mode?: 'consume' | 'authorize'
  /** A name that no other test uses tells its usage from all other. */
  readonly subject?: string
}

const home = () => process.env.SPILLWAY_E2E_HOME ?? ''
const demo = (): { baseUrl: string; serviceKey: string } => JSON.parse(readFileSync(join(home(), 'demo.json'), 'utf8'))

/** The command line of whoever runs the service, in its machine form. */
export async function cli<T = unknown>(...args: readonly string[]): Promise<T> {
  const argv = ['--import', 'tsx', 'src/cli/main.ts', ...args, '--json']
  const { stdout } = await promisify(execFile)('node', argv, { env: { ...process.env, SPILLWAY_HOME: home() } })
  return JSON.parse(stdout) as T
}

/** Puts somebody on staff, one of each look of the pages, and says their address. */
export async function staffFor(look: string, role: 'admin' | 'support'): Promise<string> {
  const email = `${role}-${look}@example.com`
  await cli('staff', 'add', '--email', email, '--role', role, '--name', `Sam of ${role}`)
  return email
}

/** The usage event of a decision that was allowed. */
export async function usageOf(customer: string, decision: string): Promise<string> {
  const { baseUrl, serviceKey } = demo()
  const response = await fetch(`${baseUrl}/api/v1/customers/${customer}/usage-events?limit=100`, {
    headers: { authorization: `Bearer ${serviceKey}` },
  })
  const { items } = (await response.json()) as { items: { id: string; decision: string | null }[] }
  return items.find((event) => event.decision === decision)?.id ?? ''
}

/** A product's backend asks the engine, past the portal. */
export async function decide(asked: Asked): Promise<{ id: string; outcome: string }> {
  const { baseUrl, serviceKey } = demo()
  const response = await fetch(`${baseUrl}/api/v1/decisions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${serviceKey}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify({ feature: 'codex.task', subject: 'e2e', ...asked }),
  })
  return response.json()
}

/** An amount of about `credits` that nobody else asks for. */
export const uniqueCost = (micro: number): string => String(micro + Math.floor(Math.random() * 1_000))

export const inCredits = (microCredits: string): string => {
  const padded = microCredits.padStart(7, '0')
  return `${padded.slice(0, -6)}.${padded.slice(-6)}`.replace(/\.?0+$/, '')
}
