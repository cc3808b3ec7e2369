import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CustomerId } from '../core/shared/ids.ts'
import type { Engine } from '../services/engine.ts'
import { alertWatch } from '../services/alert/watch.ts'
import { purgeIdentity } from '../services/identity/purge.ts'
import { flushDenials } from '../services/decision/denial-memory.ts'
import { settleBatch } from '../services/settlement/settle.ts'
import { exportHeads, movedHeads } from '../services/verify/export-head.ts'
import { type MessageOptions, startMessages } from './messages.ts'
import { createSettler } from '../settler/loop.ts'
import { usageRollups } from '../settler/rollup-jobs.ts'
import { startSchedules } from '../settler/schedules.ts'
import type { BuiltEngine } from './container.ts'
import type { Endings } from './endings.ts'

export interface Work {
  /** The engine as pages and API use it: its changes wake the settler. */
  readonly engine: Engine
  /** Calls handed to the store and not answered yet. */
  waiting(): number
  /** Starts alerts, mails and webhooks, where usage is settled: once those they speak to are there. */
  startMessages(): void
}

const FLUSH_MS = 1_000
const PURGE_IDENTITY_MS = 10 * 60_000
const PURGE_IDENTITY_LIMIT = 10_000

/** Starts what goes on beside the calls: settling, what time makes due, and storing counted denials. */
export function startWork(
  built: BuiltEngine,
  options: {
    readonly settles: boolean
    readonly home: string
    readonly messages: MessageOptions
    readonly endings: Endings
    readonly onFault: (error: unknown) => void
  },
): Work {
  const { endings, onFault } = options
  const moved = movedHeads()
  const watch = alertWatch(built.engine)
  const rollups = usageRollups()
  const settler = options.settles
    ? createSettler({
        settle: (bounds) =>
          settleBatch(built.engine, bounds, (head) => {
            moved.note(head)
            watch.note(head.customer)
            rollups.note(head)
          }),
        nowMs: () => built.engine.clock.nowMs(),
        onFault,
      })
    : null
  let calls = 0
  const counted = counting(built.engine, (change) => {
    calls += change
  })
  const engine = settler === null ? counted : waking(counted, { nudge: settler.nudge, note: watch.note })

  const flush = () => flushDenials(engine)
  const stopFlushing = built.every(FLUSH_MS, flush)
  endings.add('counted denials', async () => {
    stopFlushing()
    await flush()
  })
  endings.add(
    'purge of sessions',
    built.every(PURGE_IDENTITY_MS, async () => void (await purgeIdentity(engine, PURGE_IDENTITY_LIMIT))),
  )
  if (settler !== null) {
    settler.start()
    endings.add('settler', () => settler.stop())
    const heads = join(options.home, 'heads.jsonl')
    const append = async (line: string): Promise<void> => {
      await mkdir(options.home, { recursive: true })
      await appendFile(heads, line, { mode: 0o600 })
    }
    const exportHead = async (): Promise<void> => void (await exportHeads(engine, { moved, append }))
    endings.add('schedules', startSchedules(engine, { every: built.every, onFault, exportHead, rollups }))
  }
  return {
    engine,
    waiting: () => calls,
    startMessages() {
      if (options.settles) startMessages(engine, { ...options.messages, every: built.every, watch, endings, onFault })
    },
  }
}

/** Usage that was just recorded is looked for at once, and alerts a moment later. */
function waking(engine: Engine, hears: { nudge(): void; note(customer: CustomerId): void }): Engine {
  const { signals } = engine
  return {
    ...engine,
    signals: {
      ...signals,
      publish(change) {
        signals.publish(change)
        if (change.kind !== 'customer') return
        hears.nudge()
        hears.note(change.customer)
      },
    },
  }
}

function counting(engine: Engine, count: (change: 1 | -1) => void): Engine {
  const { customers } = engine
  return {
    ...engine,
    customers: {
      create: (customer) => customers.create(customer),
      transact(customer, operation) {
        count(1)
        return customers.transact(customer, operation).finally(() => count(-1))
      },
    },
  }
}
