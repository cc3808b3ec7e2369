import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/**
 * Nothing on the page breaks WCAG 2.2 AA as far as a program can tell, and it does not scroll sideways. Names what is wrong
 * and where, so that a failure can be read without opening a trace. Without motion: colours count when they have arrived.
 */
export async function sound(page: Page, { at, exclude }: { at?: string; exclude?: string } = {}): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const axe = new AxeBuilder({ page }).withTags(TAGS)
  if (exclude !== undefined) axe.exclude(exclude)
  const { violations } = await axe.analyze()
  const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`)
  expect(found, at).toEqual([])
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(sideways, at).toBeLessThanOrEqual(0)
}
