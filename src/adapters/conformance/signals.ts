import { describe, expect, test } from 'vitest'
import { nextId } from './sample.ts'
import { MAX_LISTENERS, TooManyListeners } from '../../ports/change-listeners.ts'
import type { Change, ChangeSignals } from '../../ports/signals.ts'

/** What every adapter's signals do within one process. `open` gives fresh ones, and what faults they reported. */
export function signalsConformance(open: () => { signals: ChangeSignals; faults: unknown[] }): void {
  const heardBy = (signals: ChangeSignals, customer: string) => {
    const heard: Change[] = []
    return { heard, stop: signals.subscribe(customer, (change) => heard.push(change)) }
  }

  describe('within one process', () => {
    test('a listener hears its customer’s changes, each once and only forwards', () => {
      const { signals } = open()
      const [customer, other] = [nextId('cus'), nextId('cus')]
      const { heard, stop } = heardBy(signals, customer)
      for (const version of [3, 3, 2, 4]) signals.publish({ kind: 'customer', customer, version })
      for (const seq of [1, 1, 5]) signals.publish({ kind: 'settled', customer, seq })
      signals.publish({ kind: 'customer', customer: other, version: 9 })
      stop()
      signals.publish({ kind: 'customer', customer, version: 10 })
      expect(heard).toEqual([
        { kind: 'customer', customer, version: 3 },
        { kind: 'customer', customer, version: 4 },
        { kind: 'settled', customer, seq: 1 },
        { kind: 'settled', customer, seq: 5 },
      ])
    })

    test('everybody who listens hears, also the same function twice, also after one of them throws', () => {
      const { signals, faults } = open()
      const customer = nextId('cus')
      signals.subscribe(customer, () => {
        throw new Error('a page is gone')
      })
      let count = 0
      const listener = (): void => void (count += 1)
      const stop = signals.subscribe(customer, listener)
      signals.subscribe(customer, listener)
      signals.publish({ kind: 'customer', customer, version: 2 })
      expect(count).toBe(2)
      stop()
      stop()
      signals.publish({ kind: 'customer', customer, version: 3 })
      expect(count).toBe(3)
      expect(faults).toEqual([new Error('a page is gone'), new Error('a page is gone')])
    })

    test('policy listeners hear each newer version once', () => {
      const { signals } = open()
      const heard: number[] = []
      const stop = signals.onPolicy((version) => heard.push(version))
      for (const version of [1, 2, 2, 1, 3]) signals.publish({ kind: 'policy', version })
      stop()
      signals.publish({ kind: 'policy', version: 4 })
      expect(heard).toEqual([1, 2, 3])
    })

    test('listeners are bounded, and leaving makes room', () => {
      const { signals } = open()
      const stops = Array.from({ length: MAX_LISTENERS }, (_, index) => signals.subscribe(`cus_${index % 7}`, () => {}))
      expect(() => signals.onPolicy(() => {})).toThrow(TooManyListeners)
      stops[0]?.()
      stops[0]?.()
      signals.onPolicy(() => {})
      expect(() => signals.subscribe('cus_1', () => {})).toThrow(TooManyListeners)
    })
  })
}
