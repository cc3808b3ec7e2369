import type { Page } from '@playwright/test'
import { median, quantile } from '../measure.ts'

/** From the moment a product asks the engine until the decision stands painted in an open overview. */
export interface Pixel {
  readonly streams: number
  readonly commits: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly mostMs: number
}

interface Wanted {
  readonly baseUrl: string
  readonly serviceKey: string
  readonly streams: number
  readonly commits: number
}

/** Asked at uneven distances, so that no rhythm of the stream is always met at the same place. */
const PAUSES_MS = [120, 310, 540, 770, 980]

/** All streams are of the customer who is looked at: every one of them hears of every commit. */
export async function commitToPixel(page: Page, { baseUrl, serviceKey, streams, commits }: Wanted): Promise<Pixel> {
  const cookies = await page.context().cookies()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const customer = await customerOf(page)
  const ending = new AbortController()
  const open = await Promise.all(
    Array.from({ length: streams - 1 }, () => listen(`${baseUrl}/api/trpc/access.live`, cookie, ending.signal)),
  )
  const took: number[] = []
  for (let n = 0; n < commits; n++) {
    // an amount that no other decision has, as the page writes it: without zeros at its end
    const micro = 10_001 + 10 * n
    const painted = page.evaluate(paintedAt, `0.0${micro}`)
    const atMs = Date.now()
    const answer = await fetch(`${baseUrl}/api/v1/decisions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceKey}`,
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
      },
      body: JSON.stringify({ customer, subject: 'bench', feature: 'codex.task', cost: String(micro) }),
    })
    const { outcome } = (await answer.json()) as { outcome?: string }
    if (outcome !== 'allowed') throw new Error(`a decision was not allowed: ${answer.status} ${outcome}`)
    took.push((await painted) - atMs)
    await page.waitForTimeout(PAUSES_MS[n % PAUSES_MS.length] ?? 0)
  }
  const heard = open.filter((stream) => stream.events() > commits / 2).length
  ending.abort()
  if (heard < streams - 1) throw new Error(`only ${heard} of ${streams - 1} streams heard of the commits`)
  const sorted = Float64Array.from(took).sort()
  return {
    streams,
    commits,
    p50Ms: Math.round(median(took)),
    p99Ms: Math.round(quantile(sorted, 0.99) ?? 0),
    mostMs: Math.round(Math.max(...took)),
  }
}

async function customerOf(page: Page): Promise<string> {
  await page.getByRole('button', { name: /Account menu/ }).click()
  const name = await page.getByRole('button', { name: /^Copy cus_/ }).getAttribute('aria-label')
  await page.keyboard.press('Escape')
  return (name ?? '').replace('Copy ', '')
}

async function listen(url: string, cookie: string, signal: AbortSignal): Promise<{ events(): number }> {
  const input = encodeURIComponent(JSON.stringify({}))
  const response = await fetch(`${url}?input=${input}`, { headers: { cookie, accept: 'text/event-stream' }, signal })
  if (!response.ok || response.body === null) throw new Error(`a stream was refused: ${response.status}`)
  let events = 0
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      events += value.split('"change"').length - 1
    }
  }
  read().catch(() => {})
  return { events: () => events }
}

/** Runs in the page: the moment at which a frame with this text was painted. */
function paintedAt(text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${text} was not seen within 20 s`)), 20_000)
    const look = (): boolean => document.body.innerText.includes(text)
    const watch = new MutationObserver(() => {
      if (!look()) return
      watch.disconnect()
      // the second frame begins when the first, which has the text, is painted
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now())))
    })
    watch.observe(document.body, { childList: true, subtree: true, characterData: true })
  })
}
