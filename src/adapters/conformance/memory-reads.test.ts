import { describe } from 'vitest'
import { memorySignals } from '../memory/signals.ts'
import { dueWorkConformance } from './due-work.ts'
import { openMemoryWorld } from '../memory/testing/open-world.ts'
import { readersConformance } from './readers.ts'
import { signalsConformance } from './signals.ts'
import { usageReaderConformance } from './usage-reader.ts'

describe('memory readers', () => {
  readersConformance(openMemoryWorld)
})

describe('memory usage', () => {
  usageReaderConformance(openMemoryWorld)
})

describe('memory due work', () => {
  dueWorkConformance(openMemoryWorld)
})

describe('memory signals', () => {
  signalsConformance(() => {
    const faults: unknown[] = []
    return { signals: memorySignals((error) => faults.push(error)), faults }
  })
})
