import { describe } from 'vitest'
import { openMemoryWorld } from '../memory/testing/open-world.ts'
import { settlementConformance } from './settlement-store.ts'

describe('memory settlement store', () => {
  settlementConformance(openMemoryWorld)
})
