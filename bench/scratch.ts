import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../src/adapters/postgres/embedded/postmaster.ts'

/** An empty folder for what a measurement stores, some GB of it: whoever makes it removes it. */
export function scratchFolder(inside: string = tmpdir()): string {
  removeAbandoned(inside)
  return mkdtempSync(join(inside, `spillway-bench-${process.pid}-`))
}

/** Of processes that were killed before they could. What their PostgreSQL is still writing to waits for the next time. */
function removeAbandoned(inside: string): void {
  for (const name of readdirSync(inside)) {
    const pid = /^spillway-bench-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      rmSync(join(inside, name), { recursive: true, force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
    }
  }
}
