import { expect, test } from 'vitest'
import { identityWorld } from '../../../tests/identity-world.ts'
import type { WebhookSender } from '../../ports/webhook-sender.ts'
import { webhookSending } from './send-due.ts'

/** For what is on its way in this process; longer than any busy machine takes. */
const WAIT = { timeout: 20_000 }

/** Two endpoints of one customer, the first of which answers when it is let go. */
async function sendingWorld() {
  const world = await identityWorld()
  const customer = await world.customer('House')
  const ada = await world.person('ada@example.com', { memberships: [{ customer, role: 'owner' }] })
  const { webhook } = world.as(await world.session(ada))
  const add = (path: string) => webhook.add({ url: `https://example.com/${path}`, events: ['alert.crossed'] })
  const [slow, quick] = [(await add('slow')).id, (await add('quick')).id]
  let letGo = (): void => {}
  const gone = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const asked: string[] = []
  const webhookSender: WebhookSender = {
    refusal: () => null,
    async send({ url, body }) {
      asked.push(`${new URL(url).pathname} ${body}`)
      if (url.endsWith('/slow')) await gone
      return { status: 200 }
    },
  }
  const engine = { ...world.engine, webhookSender }
  const faults: unknown[] = []
  const sending = webhookSending(engine, {
    chance: () => 0,
    onDisabled: async () => {},
    onFault: (fault) => faults.push(fault),
  })
  async function queue(endpoint: string, count: number, from = 0): Promise<void> {
    const queuedAtMs = world.clock.nowMs()
    const messages = Array.from({ length: count }, (_, n) => {
      const id = engine.ids.next('msg', queuedAtMs)
      const key = `${from + n}`
      return { id, endpoint, customer, key, type: 'alert.crossed', body: key, queuedAtMs } as const
    })
    await engine.webhooks.queue(messages)
  }
  const delivered = async (endpoint: string) =>
    (await engine.webhooks.log({ customer, endpoint, limit: 100 })).filter(({ status }) => status === 'delivered')
      .length
  return { engine, sending, slow, quick, queue, delivered, letGo, asked, faults }
}

test('an endpoint that does not answer holds up nobody else, however much waits for it', async () => {
  const { sending, slow, quick, queue, delivered, letGo, asked, faults } = await sendingWorld()
  await queue(slow, 60)
  await queue(quick, 12)
  await sending.tick()
  await expect.poll(() => delivered(quick), WAIT).toBe(12)
  await queue(quick, 3, 12)
  await sending.tick()
  await expect.poll(() => delivered(quick), WAIT).toBe(15)
  // and it is asked for no more than a few at once
  expect(asked.filter((one) => one.startsWith('/slow'))).toHaveLength(5)
  expect(await delivered(slow)).toBe(0)
  letGo()
  await expect.poll(() => delivered(slow), WAIT).toBe(60)
  await sending.stop()
  expect([asked.length, new Set(asked).size, faults]).toEqual([75, 75, []])
})

test('stopping waits for what is on its way, and takes nothing more', async () => {
  const { sending, slow, queue, delivered, letGo, asked } = await sendingWorld()
  await queue(slow, 8)
  await sending.tick()
  const stopped = sending.stop()
  letGo()
  await stopped
  expect([await delivered(slow), asked.length]).toEqual([5, 5])
  await sending.tick()
  expect(asked).toHaveLength(5)
})

test('a store that cannot note one is told, and the others go on', async () => {
  const { engine, quick, queue, delivered } = await sendingWorld()
  const faults: unknown[] = []
  let failed = false
  const webhooks: typeof engine.webhooks = {
    ...engine.webhooks,
    conclude(message, conclusion) {
      if (failed) return engine.webhooks.conclude(message, conclusion)
      failed = true
      return Promise.reject(new Error('no connection'))
    },
  }
  const onFault = (fault: unknown) => void faults.push(fault)
  const sending = webhookSending({ ...engine, webhooks }, { chance: () => 0, onDisabled: async () => {}, onFault })
  await queue(quick, 7)
  await sending.tick()
  await expect.poll(() => delivered(quick), WAIT).toBe(6)
  await sending.stop()
  expect(faults).toEqual([new Error('no connection')])
})
