import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { CliFailure, EXIT } from '../exit.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** Verbs of the repository itself, which only hand over to a script; all arguments are the script's. */
const TASKS = [
  {
    name: 'dev',
    description: 'run engine and portal for development: pages are rebuilt as they are edited',
    script: 'src/main/server.ts',
    env: { NODE_ENV: 'development' },
  },
  { name: 'build', description: 'make the production build of the portal', script: 'scripts/build.ts', env: {} },
  { name: 'bench', description: 'measure, and compare with the stored result', script: 'bench/main.ts', env: {} },
] as const

export function addTasks(program: Command): void {
  for (const task of TASKS) {
    program
      .command(task.name)
      .description(task.description)
      .argument('[arguments...]')
      .allowUnknownOption()
      .helpOption(false)
      .action((args: string[]) => handOver(task, args))
  }
}

async function handOver(task: (typeof TASKS)[number], args: readonly string[]): Promise<void> {
  if (!existsSync(`${ROOT}${task.script}`))
    throw new CliFailure(EXIT.usage, `${task.script} is not part of this installation`)
  const child = spawn(process.execPath, ['--import', 'tsx', task.script, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, ...task.env },
  })
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', pass)
  process.on('SIGTERM', pass)
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (exitCode) => resolve(exitCode ?? 1))
  })
  if (code !== 0) throw new CliFailure(EXIT.no, `${task.name} ended with code ${code}`)
}
