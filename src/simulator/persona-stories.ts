import type { Decision } from '../client/types.ts'
import type { DemoActor } from './actor.ts'
import type { SeededCustomer } from './seed-customer.ts'

/** A persona's customer, and what it did until now. */
export interface Story {
  readonly customer: SeededCustomer
  /** Days ago that the customer came. */
  readonly sinceDays: number
  play(actor: DemoActor, nowMs: number): Promise<void>
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const LARGE = { model: 'codex-large' }
const CREDIT = 1_000_000n
const grant = (kind: 'promotion' | 'entitlement' | 'credits', credits: number, reason: string) => {
  const priority = { promotion: 20, entitlement: 30, credits: 50 }[kind]
  return {
    kind,
    amount: BigInt(credits * 100) * (CREDIT / 100n),
    priority,
    expiresInDays: kind === 'promotion' ? 45 : 365,
    reason,
  }
}

interface Task {
  readonly fromMs: number
  readonly everyMs: number
  readonly count: number
  readonly subjects: readonly [string, ...string[]]
  readonly tokens: number
}

/** `count` tasks of about `tokens` input tokens, varied by a fixed pattern. */
async function work(actor: DemoActor, task: Task): Promise<void> {
  for (let i = 0; i < task.count; i += 1) {
    await actor.consume({
      atMs: task.fromMs + i * task.everyMs,
      subject: task.subjects[i % task.subjects.length] ?? task.subjects[0],
      feature: i % 5 === 4 ? 'codex.review' : 'codex.task',
      usage: {
        input_tokens: Math.round(task.tokens * (0.6 + ((i * 7) % 9) / 10)),
        cached_input_tokens: i % 3 === 0 ? 800 : 0,
        output_tokens: 20 + ((i * 37) % 160),
      },
      attributes: i % 4 === 3 ? { model: 'codex-mini' } : LARGE,
    })
  }
}

/** Works in a window until at most `leave` is left of it, or nothing more is granted; at most 120 tasks. */
async function workUntil(
  actor: DemoActor,
  drain: { window: string; leave: bigint; fromMs: number; untilMs: number; subject: string },
): Promise<void> {
  const steps = 120
  for (let i = 0; i < steps; i += 1) {
    const atMs = drain.fromMs + Math.floor(((drain.untilMs - drain.fromMs) * i) / steps)
    const usage = { input_tokens: 2_000 + ((i * 613) % 1_500), output_tokens: 40 }
    const decision = await actor.consume({
      atMs,
      subject: drain.subject,
      feature: 'codex.task',
      usage,
      attributes: LARGE,
    })
    if (decision.outcome === 'denied' || remainingOf(decision, drain.window) <= drain.leave) return
  }
}

function remainingOf(decision: Decision, window: string): bigint {
  const view = decision.windows.find((one) => one.id === window)
  if (view === undefined) throw new Error(`the demo needs the window ${window}`)
  return BigInt(view.remaining)
}

/** By external id. Texts and sizes go with `prisma/seed/policy.json`. */
export const STORIES: readonly Story[] = [
  {
    customer: {
      externalId: 'demo-ada',
      name: 'Ada Lindqvist',
      kind: 'person',
      tier: 'plus',
      timeZone: 'Europe/Berlin',
      consent: 'ask',
      grants: [grant('promotion', 0.5, 'Welcome promotion'), grant('credits', 10, 'Purchased credits')],
    },
    sinceDays: 24,
    async play(actor, nowMs) {
      await work(actor, {
        fromMs: nowMs - 2 * DAY_MS,
        everyMs: 11 * MINUTE_MS,
        count: 14,
        subjects: ['member-ada'],
        tokens: 2_000,
      })
      await workUntil(actor, {
        window: 'five_hour',
        leave: CREDIT / 4n,
        fromMs: nowMs - 4 * HOUR_MS,
        untilMs: nowMs - 4 * MINUTE_MS,
        subject: 'member-ada',
      })
    },
  },
  {
    customer: {
      externalId: 'demo-ben',
      name: 'Ben Okafor',
      kind: 'person',
      tier: 'free',
      timeZone: 'Africa/Lagos',
      consent: 'off',
      grants: [],
    },
    sinceDays: 9,
    async play(actor, nowMs) {
      await work(actor, {
        fromMs: nowMs - 30 * HOUR_MS,
        everyMs: 9 * MINUTE_MS,
        count: 5,
        subjects: ['member-ben'],
        tokens: 1_500,
      })
      await workUntil(actor, {
        window: 'five_hour',
        leave: 0n,
        fromMs: nowMs - 3.4 * HOUR_MS,
        untilMs: nowMs - 20 * MINUTE_MS,
        subject: 'member-ben',
      })
      for (const minutes of [12, 7, 2]) {
        const usage = { input_tokens: 4_800, output_tokens: 200 }
        await actor.consume({
          atMs: nowMs - minutes * MINUTE_MS,
          subject: 'member-ben',
          feature: 'codex.task',
          usage,
          attributes: LARGE,
        })
      }
    },
  },
  {
    customer: {
      externalId: 'demo-halden',
      name: 'Halden Robotics',
      kind: 'organization',
      tier: 'pro',
      timeZone: 'Europe/Oslo',
      consent: 'ask',
      grants: [grant('promotion', 2, 'Launch promotion'), grant('credits', 40, 'Purchased credits')],
    },
    sinceDays: 17,
    async play(actor, nowMs) {
      const keys = ['key-ci', 'key-web', 'key-ide', 'key-nightly'] as const
      await work(actor, {
        fromMs: nowMs - 3 * DAY_MS,
        everyMs: 17 * MINUTE_MS,
        count: 40,
        subjects: keys,
        tokens: 3_500,
      })
      await work(actor, {
        fromMs: nowMs - 4.5 * HOUR_MS,
        everyMs: MINUTE_MS / 2,
        count: 120,
        subjects: keys,
        tokens: 6_500,
      })
      await spendWithConsent(actor, nowMs)
    },
  },
  {
    customer: {
      externalId: 'demo-mira',
      name: 'Mira Costa',
      kind: 'person',
      tier: 'plus',
      timeZone: 'America/Sao_Paulo',
      consent: 'on',
      grants: [grant('credits', 150, 'Purchased credits')],
    },
    sinceDays: 12,
    play: playVideos,
  },
  {
    customer: {
      externalId: 'demo-jonas',
      name: 'Jonas Weber',
      kind: 'person',
      tier: 'plus',
      timeZone: 'Europe/Vienna',
      consent: 'on',
      grants: [grant('credits', 0.6, 'Purchased credits')],
    },
    sinceDays: 20,
    async play(actor, nowMs) {
      await workUntil(actor, {
        window: 'five_hour',
        leave: 0n,
        fromMs: nowMs - 4.2 * HOUR_MS,
        untilMs: nowMs - HOUR_MS,
        subject: 'member-jonas',
      })
      await work(actor, {
        fromMs: nowMs - 55 * MINUTE_MS,
        everyMs: MINUTE_MS,
        count: 30,
        subjects: ['member-jonas'],
        tokens: 3_200,
      })
    },
  },
  {
    customer: {
      externalId: 'demo-meridian',
      name: 'Meridian Health',
      kind: 'organization',
      tier: 'enterprise',
      timeZone: 'America/New_York',
      consent: 'on',
      grants: [grant('entitlement', 1_000, 'Contract pool'), grant('credits', 100, 'Purchased credits')],
    },
    sinceDays: 26,
    async play(actor, nowMs) {
      const members = ['member-lee', 'member-sato', 'member-diaz', 'member-khan', 'member-olsen', 'key-batch'] as const
      await work(actor, {
        fromMs: nowMs - 3 * DAY_MS,
        everyMs: 8 * MINUTE_MS,
        count: 90,
        subjects: members,
        tokens: 5_000,
      })
      await work(actor, {
        fromMs: nowMs - 4 * HOUR_MS,
        everyMs: MINUTE_MS,
        count: 150,
        subjects: members,
        tokens: 6_000,
      })
    },
  },
  {
    customer: {
      externalId: 'demo-house',
      name: 'Spillway demo house',
      kind: 'organization',
      tier: 'enterprise',
      timeZone: 'UTC',
      consent: 'off',
      grants: [],
    },
    sinceDays: 27,
    play: async () => {},
  },
]

/** Is asked, agrees once with the token of the denial, and is asked again. */
async function spendWithConsent(actor: DemoActor, nowMs: number): Promise<void> {
  const ask = {
    subject: 'key-nightly',
    feature: 'codex.task',
    usage: { input_tokens: 120_000, output_tokens: 3_000 },
    attributes: LARGE,
  }
  const asked = await actor.consume({ ...ask, atMs: nowMs - 50 * MINUTE_MS })
  if (asked.outcome === 'denied') {
    const token = asked.waysOn.find((way) => way.kind === 'consent')?.['token']
    if (typeof token === 'string') await actor.consume({ ...ask, atMs: nowMs - 49 * MINUTE_MS, consent: token })
  }
  await actor.consume({ ...ask, atMs: nowMs - 6 * MINUTE_MS })
}

/** Finished, failed and running videos: past the daily window the credits pay. */
async function playVideos(actor: DemoActor, nowMs: number): Promise<void> {
  const ask = { subject: 'member-mira', feature: 'video.generate' }
  await work(actor, {
    fromMs: nowMs - 5 * HOUR_MS,
    everyMs: 8 * MINUTE_MS,
    count: 10,
    subjects: ['member-mira'],
    tokens: 1_800,
  })
  for (let i = 0; i < 7; i += 1) {
    const atMs = nowMs - (200 - i * 25) * MINUTE_MS
    const attributes = { resolution: ['480p', '720p', '1080p'][i % 3] ?? '480p' }
    const decision = await actor.authorize({
      ...ask,
      atMs,
      usage: { video_seconds: 12 },
      attributes,
      ttlMs: 2 * HOUR_MS,
    })
    if (decision.outcome === 'denied') continue
    if (i === 4) await actor.release(decision, atMs + 3 * MINUTE_MS)
    else await actor.capture(decision, atMs + 9 * MINUTE_MS, { video_seconds: 8 + (i % 5) })
  }
  await actor.authorize({
    ...ask,
    atMs: nowMs - 2 * MINUTE_MS,
    usage: { video_seconds: 20 },
    attributes: { resolution: '1080p' },
    ttlMs: 2 * HOUR_MS,
  })
}
