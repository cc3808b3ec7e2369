import { readFileSync } from 'node:fs'
import { join } from 'node:path'
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
}

/** A product's backend asks the engine, past the portal. */
export async function decide(asked: Asked): Promise<{ id: string; outcome: string }> {
  const home = process.env.SPILLWAY_E2E_HOME ?? ''
  const { baseUrl, serviceKey } = JSON.parse(readFileSync(join(home, 'demo.json'), 'utf8'))
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
