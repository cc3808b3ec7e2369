import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SecretOnce } from './secret-once.tsx'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const made = { name: 'Batch', secret: 'ck_abc', oldEndsAtMs: null }
const writeText = vi.fn<(text: string) => Promise<void>>(async () => {})
beforeEach(() => {
  writeText.mockClear()
  vi.stubGlobal('navigator', { clipboard: { writeText } })
})

test('a new secret is announced, copied whole, and gone when one says so', async () => {
  const done = vi.fn<() => void>()
  render(<SecretOnce made={made} zone="UTC" onDone={done} />)
  expect(document.activeElement).toBe(screen.getByRole('heading'))
  fireEvent.click(screen.getByRole('button', { name: 'Copy' }))
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(writeText).toHaveBeenCalledWith('ck_abc')
  expect(screen.getByRole('status').textContent).toBe('Secret copied')
  expect(done).not.toHaveBeenCalled()
  fireEvent.click(screen.getByRole('button', { name: 'I have kept it' }))
  expect(done).toHaveBeenCalledOnce()
})

test('a rotated one says until when the old one works', () => {
  render(<SecretOnce made={{ ...made, oldEndsAtMs: Date.UTC(2026, 10, 21, 9, 30) }} zone="UTC" onDone={() => {}} />)
  expect(screen.getByText(/The old secret works beside it until Sat 21 Nov.* 09:30 UTC/)).toBeTruthy()
})
