import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Measured } from '../measure.ts'
import type { LoadOrder, LoadSaid } from './load-process.ts'

/** The load generator, in a process of its own so that it does not share the engine's thread. */
export interface Load {
  /** `began` is called when counting begins. */
  measure(order: LoadOrder, began: () => void): Promise<Measured>
  stop(): Promise<void>
}

export function startLoad(): Load {
  const child: ChildProcess = fork(new URL('load-process.ts', import.meta.url), {
    execArgv: ['--import', 'tsx'],
    serialization: 'advanced',
  })
  return {
    measure(order, began) {
      return new Promise((resolve, reject) => {
        const hear = (said: LoadSaid): void => {
          if (said === 'began') return began()
          child.off('message', hear)
          if ('error' in said) reject(new Error(said.error))
          else resolve(said.measured)
        }
        child.on('message', hear)
        child.send(order)
      })
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
