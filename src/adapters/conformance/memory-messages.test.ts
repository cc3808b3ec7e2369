import { describe } from 'vitest'
import { memoryMailStore } from '../memory/mail-store.ts'
import { mailStoreConformance } from './mail-store.ts'

describe('memory mail store', () => {
  mailStoreConformance(async () => memoryMailStore())
})
