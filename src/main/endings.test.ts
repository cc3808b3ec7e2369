import { expect, test } from 'vitest'
import { newEndings } from './endings.ts'

test('ends in reverse order, each once, and goes on after a fault', async () => {
  const ended: string[] = []
  const faults: string[] = []
  const endings = newEndings((fault, name) => faults.push(`${name}: ${String(fault)}`))
  endings.add('first', () => ended.push('first'))
  endings.add('second', async () => {
    throw new Error('stuck')
  })
  endings.add('third', async () => void ended.push('third'))
  await Promise.all([endings.run(), endings.run()])
  await endings.run()
  expect([ended, faults]).toEqual([['third', 'first'], ['second: Error: stuck']])
})
