import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** A tool that npm installed, as a command: `tool('tsc', '--noEmit')`. Skips npx, which costs a third of a second. */
export function tool(name: string, ...args: string[]): string[] {
  return [join('node_modules', '.bin', name), ...args]
}

export type Finished = { code: number; output: string }

/** Runs a command to its end. `collected` keeps what it prints, for a report; `shown` prints it as it comes. */
export function run(
  command: readonly string[],
  { output, env }: { output: 'collected' | 'shown'; env?: Record<string, string> },
): Promise<Finished> {
  const [file, ...args] = command
  if (!file) throw new Error('an empty command')
  return new Promise((done) => {
    const child = spawn(file, args, {
      stdio: output === 'shown' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    child.once('error', (error) => done({ code: 127, output: String(error) }))
    child.once('close', (code) => done({ code: code ?? 1, output: text }))
  })
}

/** "1.2 s", for people. */
export function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`
}
