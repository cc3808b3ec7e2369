import { expect, test } from 'vitest'
import { memoryMailStore } from '../../adapters/memory/mail-store.ts'
import { uuidV7Ids } from '../../adapters/system/ids.ts'
import { testClock } from '../../adapters/system/test-clock.ts'
import { MailRefused, type MailTransport } from '../../ports/mailer.ts'
import { outboxMailer } from './mailer.ts'
import { MAIL_RETRIES, sendDueMails } from './send-due.ts'

const AT = Date.UTC(2026, 10, 20)

function world(answer: (attempt: number) => void) {
  const clock = testClock(AT)
  const mails = memoryMailStore()
  const ids = uuidV7Ids()
  const sent: string[] = []
  let attempts = 0
  const transport: MailTransport = {
    async send({ to }) {
      attempts += 1
      answer(attempts)
      sent.push(to)
    },
  }
  const engine = { mails, clock, mailRenderer: { render: async () => ({ subject: 's', html: 'h', text: 't' }) } }
  const mailer = outboxMailer({ mails, clock, ids })
  const queue = (key: string) =>
    mailer.queue({ key, to: key, customer: null, content: { template: 'sign_in_link', link: 'x', expiresAtMs: AT } })
  const send = () => sendDueMails(engine, transport, { limit: 10, chance: () => 0.5 })
  return { clock, mails, sent, queue, send, attempts: () => attempts }
}

test('a key is sent once, however often it is queued and whoever runs the job', async () => {
  const { queue, send, sent } = world(() => {})
  await Promise.all([queue('a'), queue('a'), queue('b')])
  await Promise.all([send(), send()])
  await queue('a')
  await send()
  expect(sent.toSorted()).toEqual(['a', 'b'])
})

test('a busy server is asked again after the pause, and not before', async () => {
  const { queue, send, sent, clock, attempts } = world((attempt) => {
    if (attempt === 1) throw new Error('busy')
  })
  await queue('a')
  expect(await send()).toEqual({ sent: 0, again: 1, failed: 0 })
  clock.advance(7_499)
  await send()
  expect(attempts()).toBe(1)
  clock.advance(1)
  await send()
  expect(sent).toEqual(['a'])
})

test('behind a slow server no mail is sent twice: two nodes take turns', async () => {
  const { queue, sent, clock, mails } = world(() => {})
  for (let n = 0; n < 20; n += 1) await queue(`slow-${n}`)
  const engine = { mails, clock, mailRenderer: { render: async () => ({ subject: 's', html: 'h', text: 't' }) } }
  const bounds = { limit: 50, chance: () => 0.5 }
  // each attempt takes ten seconds, and the other node looks for work after each
  const slow: MailTransport = {
    async send({ to }) {
      sent.push(to)
      clock.advance(10_000)
      await sendDueMails(engine, { send: async (mail) => void sent.push(mail.to) }, bounds)
    },
  }
  await sendDueMails(engine, slow, bounds)
  expect(sent.toSorted()).toEqual(Array.from({ length: 20 }, (_, n) => `slow-${n}`).toSorted())
})

test('a refusal is final at once; silence is final after the last attempt', async () => {
  const refused = world(() => {
    throw new MailRefused('no such address')
  })
  await refused.queue('a')
  expect(await refused.send()).toMatchObject({ failed: 1 })

  const silent = world(() => {
    throw new Error('no answer')
  })
  await silent.queue('a')
  for (let run = 0; run < MAIL_RETRIES.attempts + 5; run += 1) {
    await silent.send()
    silent.clock.advance(MAIL_RETRIES.longestMs)
  }
  expect(silent.attempts()).toBe(MAIL_RETRIES.attempts)
  expect((await silent.mails.latest(1))[0]).toMatchObject({ status: 'failed', lastError: 'no answer' })
})
