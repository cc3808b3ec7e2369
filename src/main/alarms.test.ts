import { expect, test } from 'vitest'
import { createMetrics } from './metrics.ts'
import { alarmsTo } from './alarms.ts'

test('what a person has to look at is counted, and logged as an error with its purchase', async () => {
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
  lines.length = 0
  const money = { minor: 200n, currency: 'EUR' }
  alarms.refundFailed({ purchase: 'pur_1', payment: 'pi_1', refund: 're_1', money, why: 'account closed' })
  expect(lines).toEqual([
    [
      { purchase: 'pur_1', payment: 'pi_1', refund: 're_1', money: '€2.00', why: 'account closed' },
      expect.stringContaining('still owed'),
    ],
  ])
  expect(await registry.getSingleMetricAsString('spillway_refunds_failed_total')).toContain('_total 1')
  expect(await registry.getSingleMetricAsString('spillway_payments_otherwise_total')).toContain('_total 1')
})
