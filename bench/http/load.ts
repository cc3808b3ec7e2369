import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Measured } from '../measure.ts'
import type { LoadOrder } from './load-process.ts'

/** The load generator, in a process of its own so that it does not share the engine's thread. */
export interface Load {
  measure(order: LoadOrder): Promise<Measured>
  stop(): Promise<void>
}

export function startLoad(): Load {
  const child: ChildProcess = fork(new URL('load-process.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  })
  return {
    async measure(order) {
      child.send(order)
      const [said] = (await once(child, 'message')) as [{ measured: Measured } | { error: string }]
      if ('error' in said) throw new Error(said.error)
      return said.measured
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
