import { expect, test } from 'vitest'
import { identityWorld } from '../../../tests/identity-world.ts'

test('an endpoint is pinged once in ten seconds, however often that is asked for', async () => {
  const world = await identityWorld()
  const customer = await world.customer('House')
  const ada = await world.person('ada@example.com', { memberships: [{ customer, role: 'owner' }] })
  const { webhook } = world.as(await world.session(ada))
  const { id } = await webhook.add({ url: 'https://example.com/hooks', events: ['alert.crossed'] })
  const other = await webhook.add({ url: 'https://example.com/other', events: ['alert.crossed'] })
  for (let n = 0; n < 20; n += 1) await webhook.ping({ id })
  expect(await webhook.log()).toHaveLength(1)
  await webhook.ping({ id: other.id })
  expect(await webhook.log()).toHaveLength(2)
  world.clock.advance(10_000)
  await webhook.ping({ id })
  expect(await webhook.log()).toHaveLength(3)
})
