import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { freemem, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { readConfig } from '../../main/config.ts'
import { type Finding, note, ok, wrong } from './finding.ts'

const LEAST_NODE = [20, 19] as const
const GIGABYTE = 1_073_741_824

/** Every wrong variable, each with what to write instead. */
export function checkEnvironment(env: NodeJS.ProcessEnv): Finding[] {
  const reading = readConfig(env)
  if (!reading.ok) return reading.problems.map((problem) => wrong('environment', problem))
  const { mode, databaseUrl, portal, settler } = reading.config
  const findings = [
    ok(
      'environment',
      `${mode} mode, ${databaseUrl === null ? 'embedded database' : 'database server from DATABASE_URL'}`,
    ),
  ]
  if (!portal) findings.push(note('environment', 'the portal is switched off (SPILLWAY_PORTAL=off)'))
  if (!settler)
    findings.push(
      note('environment', 'the settler is switched off (SPILLWAY_SETTLER=off): another process has to settle'),
    )
  return findings
}

export function checkNode(version: string): Finding[] {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const enough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1])
  return [
    enough
      ? ok('node', version)
      : wrong('node', `${version} is too old: install Node.js ${LEAST_NODE.join('.')} or newer`),
  ]
}

/** The folder of the engine's own files can be written, and has room. */
export async function checkDisk(home: string): Promise<Finding[]> {
  await mkdir(home, { recursive: true })
  const folder = await access(home, constants.W_OK).then(
    () => home,
    () => null,
  )
  if (folder === null)
    return [
      wrong('disk', `${home} cannot be written: give its owner the right, or name another folder in SPILLWAY_HOME`),
    ]
  const room = await statfs(dirname(folder))
  const freeGb = (room.bavail * room.bsize) / GIGABYTE
  const says = `${freeGb.toFixed(1)} GB free for ${home}`
  if (freeGb < 0.5) return [wrong('disk', `${says}: below 0.5 GB the database may stop taking writes; make room`)]
  return [freeGb < 2 ? note('disk', `${says}: make room soon`) : ok('disk', says)]
}

export function checkMemory(): Finding[] {
  const says = `${(freemem() / GIGABYTE).toFixed(1)} of ${(totalmem() / GIGABYTE).toFixed(1)} GB free`
  return [
    totalmem() < GIGABYTE
      ? note('memory', `${says}: engine, portal and embedded database want 1 to 2 GB`)
      : ok('memory', says),
  ]
}
