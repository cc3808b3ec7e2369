import { validatePolicy } from '../../core/policy/validate.ts'
import type { Engine } from '../../services/engine.ts'
import { type Finding, note, ok, wrong } from './finding.ts'

const LAG_NOTE_MS = 5_000
const LAG_WRONG_MS = 60_000

/** What stands in the store: a valid policy, keys to ask with, and a settler that keeps up. */
export async function checkEngine(engine: Engine): Promise<Finding[]> {
  return [...(await checkPolicy(engine)), ...(await checkKeys(engine)), ...(await checkSettlement(engine))]
}

async function checkPolicy(engine: Engine): Promise<Finding[]> {
  const current = await engine.policyStore.current()
  if (current === null) return [wrong('policy', 'none is published: `spillway policy apply prisma/seed/policy.json`')]
  const problems = validatePolicy(current.document)
  if (problems.length > 0)
    return problems.map(({ path, problem }) => wrong('policy', `version ${current.version}, ${path}: ${problem}`))
  return [ok('policy', `version ${current.version} ("${current.document.title}") is in force and valid`)]
}

async function checkKeys(engine: Engine): Promise<Finding[]> {
  const nowMs = engine.clock.nowMs()
  const keys = await engine.keys.list(null)
  const live = keys.filter((key) => key.revokedAtMs === null && (key.expiresAtMs === null || key.expiresAtMs > nowMs))
  if (live.length === 0)
    return [wrong('keys', 'no service key is in force, so no product can ask: `spillway keys create --name <product>`')]
  const soon = live.filter((key) => key.expiresAtMs !== null && key.expiresAtMs < nowMs + 7 * 86_400_000)
  return [
    ok('keys', `${live.length} service keys in force`),
    ...soon.map((key) =>
      note('keys', `"${key.name}" expires at ${new Date(key.expiresAtMs ?? 0).toISOString()}: rotate it`),
    ),
  ]
}

async function checkSettlement(engine: Engine): Promise<Finding[]> {
  const { dueNotes, oldestMs } = await engine.settlement.lag(engine.clock.nowMs())
  const dead = await engine.settlement.deadLetters(10)
  const says =
    oldestMs === null ? 'nothing waits' : `${dueNotes} notes wait, the oldest for ${(oldestMs / 1_000).toFixed(1)} s`
  const standing =
    oldestMs !== null && oldestMs > LAG_WRONG_MS
      ? wrong('settlement', `${says}: is a settler running (SPILLWAY_SETTLER)?`)
      : oldestMs !== null && oldestMs > LAG_NOTE_MS
        ? note('settlement', says)
        : ok('settlement', says)
  return [
    standing,
    ...dead.map((letter) =>
      wrong(
        'settlement',
        `usage event ${letter.event.id} cannot be settled after ${letter.attempts} attempts: ${letter.reason}`,
      ),
    ),
  ]
}
