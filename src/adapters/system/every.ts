import type { Every } from '../../ports/system.ts'

/** Each pause is the period, less up to a fifth of it at random. Timers never keep the process alive. */
export function everyWith(onFault: (error: unknown) => void, random: () => number = Math.random): Every {
  return (periodMs, work) => {
    let timer: NodeJS.Timeout
    let stopped = false
    const plan = (): void => {
      if (stopped) return
      timer = setTimeout(run, periodMs * (1 - random() / 5)).unref()
    }
    const run = (): void => {
      Promise.resolve().then(work).catch(onFault).finally(plan)
    }
    plan()
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }
}
