import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { PayingStrip } from './paying-strip.tsx'
import type { Stop } from './types.ts'

afterEach(cleanup)

const M = 1_000_000n
const stop = (source: string, standing: Stop['standing'], left: bigint): Stop => ({
  layer: source === 'credits' ? 'credits' : source === 'promotion' ? 'promotion' : 'included',
  source,
  title: source,
  left,
  standing,
  resetsAtMs: null,
})

test.each([
  [
    'something pays after the windows: no bound is named',
    [stop('five', 'paying', M), stop('week', 'paying', 3n * M), stop('credits', 'next', 9n * M)],
    'Your next request is paid from what your tier includes',
    null,
  ],
  [
    'nothing pays after them: the tightest window is the bound',
    [stop('five', 'paying', M / 2n), stop('week', 'paying', 3n * M), stop('credits', 'off', 0n)],
    'Your next request is paid from what your tier includes, up to 0.5 credits',
    null,
  ],
  [
    'credits ask first',
    [stop('five', 'empty', 0n), stop('credits', 'consent', 2n * M)],
    'Your next request needs your consent to draw credits',
    ['Change the consent', '/app/alerts'],
  ],
  [
    'credits are there and switched off',
    [stop('five', 'empty', 0n), stop('credits', 'off', 2n * M)],
    'Nothing pays for your next request at the moment',
    ['Change the consent', '/app/alerts'],
  ],
  [
    'there is nothing left',
    [stop('five', 'empty', 0n), stop('credits', 'empty', 0n)],
    'Nothing pays for your next request at the moment',
    ['Buy credits', '/app/credits/buy'],
  ],
] as const)('%s', (_, stops, headline, way) => {
  render(<PayingStrip views={[{ feature: 'work', title: 'Work', stops: [...stops] }]} />)
  expect(screen.getByRole('heading', { level: 2 }).textContent).toBe(headline)
  const link = screen.queryByRole('link')
  expect(link && [link.textContent, link.getAttribute('href')]).toEqual(way)
})
