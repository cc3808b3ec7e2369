#!/usr/bin/env node
/**
 * Puts back the optional platform packages that `npm install` left out of package-lock.json.
 *
 * npm records only those builds for other systems which it could see while installing; `npm ci` then refuses the lock
 * on every machine that needs one of the others. Name, version and target system are all npm wants to know of a package
 * that it will skip. Run after each change of a dependency: `npm run lock`.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const FILE = 'package-lock.json'
const SYSTEMS = new Map([
  ...['darwin', 'win32', 'linux', 'freebsd', 'openbsd', 'netbsd', 'android', 'sunos', 'aix', 'openharmony'].map(
    (os) => [os, os],
  ),
  ['windows', 'win32'],
])
const CPUS = new Map([
  ...['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'arm', 'wasm32'].map((cpu) => [
    cpu,
    cpu,
  ]),
  ['aarch64', 'arm64'],
])

/** Reads system, processor and C library out of a package name such as `@img/sharp-linuxmusl-x64`. */
function target(name) {
  const words = name
    .replace(/^@[^/]+\//, '')
    .split(/[-/.]/)
    .flatMap((word) => (word === 'linuxmusl' ? ['linux', 'musl'] : [word]))
  const first = (table) => words.map((word) => table.get(word)).find(Boolean)
  const os = first(SYSTEMS)
  const cpu = words.includes('universal') ? undefined : first(CPUS)
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : os === 'linux' && words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined
  return { os, cpu, libc }
}

/** Where npm would look for `name` as a dependency of the package at `path`, nearest first. */
function* places(path, name) {
  for (let scope = path; scope; scope = scope.slice(0, Math.max(0, scope.lastIndexOf('/node_modules/')))) {
    yield `${scope}/node_modules/${name}`
  }
  yield `node_modules/${name}`
}

const lock = JSON.parse(readFileSync(FILE, 'utf8'))
const added = []
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries({ ...entry.optionalDependencies })) {
    if ([...places(path, name)].some((place) => lock.packages[place])) continue
    if (!/^[\^~]?\d/.test(range)) continue
    const { os, cpu, libc } = target(name)
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      ...(cpu && { cpu: [cpu] }),
      ...(entry.dev && { dev: true }),
      ...(libc && { libc: [libc] }),
      optional: true,
      ...(os && { os: [os] }),
    }
    added.push(`${name}@${range}${os || cpu ? '' : ' (no system in its name: check it)'}`)
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`package-lock.json: ${added.length} platform packages put back`)
for (const line of added) console.log(`  ${line}`)
