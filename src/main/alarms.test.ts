import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'
import { alarmsTo } from './alarms.ts'

test('money that is not what was asked for is counted, and logged as an error with its purchase', async () => {
  const lines: unknown[] = []
  const log = { error: (...line: unknown[]) => void lines.push(line) } as Parameters<typeof alarmsTo>[0]
  const { alarms, registry } = createMetrics(() => {}, alarmsTo(log))
  alarms.paidOtherwise({
    purchase: 'pur_1',
    payment: 'pi_1',
    asked: { minor: 1_900n, currency: 'EUR' },
    came: { minor: 1_900n, currency: 'USD' },
  })
  expect(lines).toEqual([
    [{ purchase: 'pur_1', payment: 'pi_1', asked: '€19.00', came: '$19.00' }, expect.stringContaining('not credited')],
  ])
  expect(await registry.getSingleMetricAsString('spillway_payments_otherwise_total')).toContain('_total 1')
})
