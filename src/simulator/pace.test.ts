import { describe, expect, it } from 'vitest'
import { newGate } from './gate.ts'
import { parseSpeed, paceOf } from './pace.ts'

describe('a speed', () => {
  it.each([
    ['max', 'max'],
    ['60', 60],
    ['0.5', 0.5],
    ['0', null],
    ['-1', null],
    ['fast', null],
    ['1e3', null],
    ['', null],
  ])('%j is %j', (text, speed) => {
    expect(parseSpeed(text)).toBe(speed)
  })
})

describe('a pace', () => {
  const never = new AbortController().signal

  it('at full speed waits for nothing and is never late', async () => {
    const pace = paceOf('max')
    await pace.waitFor(0, never)
    await pace.waitFor(86_400_000, never)
    expect(pace.lateMs(0)).toBe(0)
  })

  it('lets an earlier row pass at once and calls it late', async () => {
    const pace = paceOf(1)
    await pace.waitFor(1_000_000, never)
    await pace.waitFor(990_000, never)
    expect(pace.lateMs(990_000)).toBeGreaterThanOrEqual(10_000)
  })

  it('ends its wait when the replay is stopped', async () => {
    const stop = new AbortController()
    const pace = paceOf(1)
    await pace.waitFor(0, stop.signal)
    const waiting = pace.waitFor(86_400_000, stop.signal)
    stop.abort()
    await waiting
    await pace.waitFor(86_400_000, stop.signal)
  })
})

describe('a gate', () => {
  it('holds the next one back until one leaves, and is idle when all have left', async () => {
    const gate = newGate(2)
    const seen: string[] = []
    await gate.enter()
    await gate.enter()
    const third = gate.enter().then(() => seen.push('third in'))
    const idle = gate.idle().then(() => seen.push('idle'))
    await Promise.resolve()
    seen.push('one leaves')
    gate.leave()
    await third
    gate.leave()
    gate.leave()
    await idle
    expect(seen).toEqual(['one leaves', 'third in', 'idle'])
  })

  it('that nobody entered is idle', async () => {
    await newGate(1).idle()
  })
})
