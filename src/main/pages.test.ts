import { expect, test } from 'vitest'
import { engineHolder } from '../api/trpc/engine-holder.ts'
import type { Config } from './config.ts'
import { provide } from './pages.ts'

const settingsOf = (mode: Config['mode'], address: string) => {
  const config = { mode, oidc: null, smtp: null } as Config
  const running = { engine: {}, authenticator: {}, drain: new AbortController().signal, address }
  provide(config, running as Parameters<typeof provide>[1])
  return engineHolder().settings
}

test.each([
  ['demo', 'http://127.0.0.1:3000', false],
  ['demo', 'https://spillway.example', true],
  ['production', 'https://spillway.example', true],
  // behind a proxy that ends TLS, of which it was told nothing
  ['production', 'http://127.0.0.1:3000', true],
] as const)('in %s at %s cookies are for https only: %s', (mode, address, expected) => {
  expect(settingsOf(mode, address).secureCookies).toBe(expected)
})

test('production has neither personas nor an outbox that anybody may read', () => {
  expect(settingsOf('demo', 'http://127.0.0.1:3000')).toMatchObject({ outbox: true })
  expect(settingsOf('demo', 'http://127.0.0.1:3000').personas).not.toEqual([])
  expect(settingsOf('production', 'https://spillway.example')).toMatchObject({ personas: [], outbox: false })
})
