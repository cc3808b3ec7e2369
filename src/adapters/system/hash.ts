import { hash } from 'node:crypto'
import type { Hash } from '../../ports/system.ts'

export const sha256: Hash = (text) => hash('sha256', text)
