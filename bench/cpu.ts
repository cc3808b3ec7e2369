import { readFileSync } from 'node:fs'
import type { Pool } from 'pg'

/** Linux counts processor time in hundredths of a second. */
const TICK_US = 10_000

/** Processor time used so far, in microseconds: this process, and all processes of the PostgreSQL server. */
export interface CpuTime {
  readonly nodeUs: number
  /** By process; empty where the system does not say. */
  readonly postgresUs: ReadonlyMap<number, number>
}

/** Asks once which processes the server has: its connections must be open. One that ends meanwhile is not counted. */
export async function cpuClock(pool: Pool): Promise<() => CpuTime> {
  const { rows } = await pool.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')
  return () => {
    const { user, system } = process.cpuUsage()
    const times = rows.flatMap(({ pid }): [number, number][] => {
      const used = usedBy(pid)
      return used === null ? [] : [[pid, used]]
    })
    return { nodeUs: user + system, postgresUs: new Map(times) }
  }
}

function usedBy(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * TICK_US
  } catch {
    return null
  }
}

/** Microseconds a piece of work, as further figures of a cell. */
export function cpuPerCall(before: CpuTime, after: CpuTime, calls: number): Record<string, number> {
  if (calls === 0) return {}
  const node = { nodeCpuUs: (after.nodeUs - before.nodeUs) / calls }
  let postgresUs = 0
  for (const [pid, used] of after.postgresUs) postgresUs += used - (before.postgresUs.get(pid) ?? used)
  return after.postgresUs.size === 0 ? node : { ...node, postgresCpuUs: postgresUs / calls }
}
