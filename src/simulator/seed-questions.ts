import type { UserId } from '../core/shared/ids.ts'
import { closeCase } from '../services/case/close.ts'
import { openCase } from '../services/case/open.ts'
import { replyToCase } from '../services/case/reply.ts'
import type { Engine } from '../services/engine.ts'
import { answerLimitRequest } from '../services/limit-request/answer.ts'
import { askForMore } from '../services/limit-request/ask.ts'
import { PERSONAS } from './personas.ts'

type Name = (typeof PERSONAS)[number]['persona']
/** The users that the personas are. */
export type People = ReadonlyMap<string, UserId>

interface Request {
  readonly by: Name
  /** Of the customer's tier. */
  readonly window: string
  readonly asked: bigint
  readonly why: string
  /** Why staff declined; null: it waits. */
  readonly declined: string | null
}

/** Windows of `prisma/seed/policy.json`, in micro-credits. */
const REQUESTS: readonly Request[] = [
  {
    by: 'mira',
    window: 'video_day',
    asked: 16_000_000n,
    why: 'A series of lessons is due on Friday, two videos a day',
    declined: null,
  },
  {
    by: 'noor',
    window: 'week',
    asked: 90_000_000n,
    why: 'Four keys share one window; the nightly builds use it up before the weekend',
    declined: null,
  },
  {
    by: 'jonas',
    window: 'five_hour',
    asked: 90_000_000n,
    why: 'I would like to try a large migration',
    declined: 'That is more than Plus is made for: Pro has it, or credits take over once the window is used up.',
  },
]

interface Question {
  readonly by: Name
  readonly body: string
  /** What support answered. */
  readonly answer: string
  /** What they said then; it closed the case. Null: it is theirs to answer. */
  readonly thanks: string | null
}

/** Each about the customer's latest denial. */
const QUESTIONS: readonly Question[] = [
  {
    by: 'jonas',
    body: 'I had agreed to credits. Why was I blocked all the same?',
    answer:
      'Your consent stands, but the request cost more than the credits that were left. The evidence above shows both.',
    thanks: null,
  },
  {
    by: 'noor',
    body: 'Our nightly build was denied although we have credits. Who stopped it?',
    answer:
      'Nobody: your credits ask before they are drawn, and a build cannot answer. Consent for the key would help.',
    thanks: 'That explains it. We agree beforehand from now on.',
  },
]

/** What customers asked for and asked about, so that a visitor finds both sides of it. Made once. */
export async function seedQuestions(engine: Engine, people: People): Promise<void> {
  for (const request of REQUESTS) await seedRequest(engine, people, request)
  for (const question of QUESTIONS) await seedCase(engine, people, question)
}

async function seedRequest(engine: Engine, people: People, request: Request): Promise<void> {
  const who = await whoIs(engine, people, request.by)
  if (who === null || (await engine.limitRequests.list(who.customer)).length > 0) return
  const { window, asked, why, declined } = request
  const outcome = await askForMore(engine, { ...who, target: { kind: 'window', id: window }, asked, why })
  const staff = people.get('ines')
  if (outcome.kind !== 'asked' || declined === null || staff === undefined) return
  await answerLimitRequest(engine, { id: outcome.request.id, by: staff, answer: { kind: 'decline', words: declined } })
}

async function seedCase(engine: Engine, people: People, { by, body, answer, thanks }: Question): Promise<void> {
  const who = await whoIs(engine, people, by)
  if (who === null || (await engine.cases.list(who.customer)).length > 0) return
  const { customer } = who
  const { items } = await engine.readers.decisions({ customer, cursor: null, limit: 1, outcome: 'denied' })
  const [denied] = items
  if (denied === undefined) return
  const opened = await openCase(engine, { ...who, about: { kind: 'decision', id: denied.decision.id }, body })
  const staff = people.get('tomas')
  if (opened.kind !== 'opened' || staff === undefined) return
  const { id } = opened
  await replyToCase(engine, { id, by: { customer: null, id: staff, name: nameOf('tomas') }, body: answer })
  if (thanks === null) return
  const asker = { customer, ...who.by }
  await replyToCase(engine, { id, by: asker, body: thanks })
  await closeCase(engine, { id, by: asker })
}

const nameOf = (name: Name): string => PERSONAS.find(({ persona }) => persona === name)?.name ?? name

/** A persona's customer and user; null: not there. */
async function whoIs(engine: Engine, people: People, name: Name) {
  const id = people.get(name)
  const search = PERSONAS.find(({ persona }) => persona === name)?.externalId ?? ''
  const { items } = await engine.readers.customers({ cursor: null, limit: 10, search })
  const customer = items.find(({ externalId }) => externalId === search)
  return id === undefined || customer === undefined ? null : { customer: customer.id, by: { id, name: nameOf(name) } }
}
