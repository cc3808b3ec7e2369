import { expect, test } from 'vitest'
import { memoryMailStore } from '../../adapters/memory/mail-store.ts'
import { uuidV7Ids } from '../../adapters/system/ids.ts'
import { sealedLinks } from './sealed-links.ts'

const AT = Date.UTC(2026, 10, 20)
const LINK = 'https://spillway.example/set-password/secret-token'

async function world() {
  const stored = memoryMailStore()
  const mails = sealedLinks(stored, 'the secret of an engine')
  const id = uuidV7Ids().next('mail', AT)
  const content = { template: 'set_password_link', link: LINK, expiresAtMs: AT } as const
  await mails.queue({ id, draft: { key: 'k', to: 'ada@example.com', customer: null, content }, atMs: AT })
  return { stored, mails, id }
}

test('a stored mail does not tell its link; whoever sends or shows it has it', async () => {
  const { stored, mails, id } = await world()
  expect(JSON.stringify(await stored.latest(10))).not.toContain('secret-token')
  expect((await mails.byId(id))?.content.link).toBe(LINK)
  expect((await mails.latest(1))[0]?.content.link).toBe(LINK)
  expect((await mails.claim({ nowMs: AT, untilMs: AT + 1, limit: 1 }))[0]?.content.link).toBe(LINK)
})

test('under another secret it leads nowhere, and is no fault for those beside it', async () => {
  const { stored } = await world()
  expect((await sealedLinks(stored, 'another secret').latest(1))[0]?.content.link).toBe('')
})
