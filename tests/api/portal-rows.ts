import type { Role, StaffRole } from '../../src/core/identity/roles.ts'
import { decideAccess } from '../../src/services/decision/decide.ts'
import { bankReset } from '../../src/services/reset/redeem.ts'
import { demoActor } from '../../src/simulator/actor.ts'
import type { Caller, IdentityWorld } from '../identity-world.ts'

export interface PortalRow {
  /** Who gets through; everybody else is told 401 when not signed in, else 403. */
  readonly for: 'anyone' | 'anyone signed in' | readonly (Role | StaffRole)[]
  /** Calls with input that is valid; `id` names the target. */
  ask(as: Caller, id: string): Promise<unknown>
  /**
   * Makes something of this customer's and says its id. Then the same call is made for one's own, for another customer's
   * and for one that does not exist; the last two are answered alike.
   */
  readonly target?: (world: IdentityWorld, customer: string) => Promise<string>
  /** What those who get through are told, when it is not `ok`. */
  readonly answer?: string
  /** The same for what is not theirs or not there; NOT_FOUND unless said. */
  readonly absent?: string
}

const MEMBERS = ['owner', 'billing', 'member'] as const
const PAYERS = ['owner', 'billing'] as const
const OWNER = ['owner'] as const

const decision = async (world: IdentityWorld, customer: string) => {
  const ask = { subject: 's', feature: 'work', usage: { units: 1 }, attributes: {} }
  return demoActor(world.engine, customer).consume({ ...ask, atMs: world.clock.nowMs() })
}
const decisionId: PortalRow['target'] = async (world, customer) => (await decision(world, customer)).id
const usageId: PortalRow['target'] = async (world, customer) => {
  await decision(world, customer)
  const [event] = (await world.engine.readers.usageEvents({ customer, cursor: null, limit: 1 })).items
  return event?.id ?? ''
}
const ownerOf = async (world: IdentityWorld, customer: string) =>
  world.as(
    await world.session(
      await world.person(`owner-${customer}@example.com`, { memberships: [{ customer, role: 'owner' }] }),
    ),
  )
const memberId: PortalRow['target'] = async (world, customer) => {
  const email = `m-${world.engine.ids.next('usr', 0)}@example.com`
  return (await world.person(email, { memberships: [{ customer, role: 'member' }] })).id
}
const invitationId: PortalRow['target'] = async (world, customer) => {
  const email = `i-${world.engine.ids.next('inv', 0)}@example.com`
  return (await (await ownerOf(world, customer)).team.invite({ email, role: 'member' })).id
}
const keyId: PortalRow['target'] = async (world, customer) =>
  (await (await ownerOf(world, customer)).keys.create({ name: 'k', scopes: ['read'], days: null })).key.id

const webhookId: PortalRow['target'] = async (world, customer) =>
  (await (await ownerOf(world, customer)).webhook.add({ url: 'https://example.com/', events: ['alert.crossed'] })).id
const auditOf = (world: IdentityWorld, customer: string) => ({
  ...({
    id: world.engine.ids.next('aud', 0),
    actor: { kind: 'system', job: 'test' },
    action: 'webhook.disable',
  } as const),
  target: customer,
  customer,
  reason: null,
  detail: {},
  atMs: 0,
})
const offWebhookId: PortalRow['target'] = async (world, customer) => {
  const id = (await webhookId(world, customer)) ?? ''
  await world.engine.webhooks.disable({ id, atMs: 0 }, auditOf(world, customer))
  return id
}
const deliveryId: PortalRow['target'] = async (world, customer) => {
  await (await ownerOf(world, customer)).webhook.ping({ id: (await webhookId(world, customer)) ?? '' })
  const nowMs = world.clock.nowMs()
  const claimed = await world.engine.webhooks.claim({ nowMs, untilMs: nowMs, limit: 10, perEndpoint: 10, except: [] })
  const message = claimed.map((one) => one.message).find((one) => one.customer === customer)
  const outcome = { kind: 'failed' } as const
  const conclusion = { atMs: nowMs, httpStatus: 500, error: 'x', outcome }
  await world.engine.webhooks.conclude({ id: message?.id ?? '', attempts: message?.attempts ?? 0 }, conclusion)
  return message?.id ?? ''
}
const resetId: PortalRow['target'] = async (world, customer) => {
  const { engine, clock } = world
  const bounds = { acceptPartial: null, includedOnly: false, maxCredits: null, mode: { kind: 'consume' } } as const
  const asked = {
    subject: null,
    task: null,
    feature: 'work',
    attributes: {},
    price: { kind: 'cost', cost: 1n },
  } as const
  const request = { ...bounds, ...asked, customer }
  await decideAccess(engine, { request, consent: null, idempotencyKey: engine.ids.next('key', 0) })
  const expiresAtMs = clock.nowMs() + 1_000_000
  const actor = { kind: 'system', job: 'test' } as const
  await bankReset(engine, { customer, window: 'five_hour', reason: 'test', expiresAtMs, actor })
  return (await engine.readers.customer(customer))?.state.profile.resets.at(-1)?.id ?? ''
}

const caseId: PortalRow['target'] = async (world, customer) => {
  const id = (await decisionId(world, customer)) ?? ''
  return (await (await ownerOf(world, customer)).cases.open({ about: { kind: 'decision', id }, body: 'Why?' })).id
}

const TOKEN = 'x'.repeat(43)
const terms = { pack: 'p', threshold: '1', monthlyMaxMinor: '1' }

/** A subscription is let in or not at its first word. */
async function firstWord(stream: Promise<AsyncIterable<unknown>>): Promise<void> {
  const iterator = (await stream)[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.return?.()
}

/** Every procedure of the portal: one without a row fails the test. */
export const PORTAL_ROWS: Readonly<Record<string, PortalRow>> = {
  'access.overview': { for: MEMBERS, ask: (as) => as.access.overview() },
  'access.frame': { for: MEMBERS, ask: (as) => as.access.frame() },
  'access.settlement': { for: MEMBERS, ask: (as) => as.access.settlement() },
  'access.live': { for: MEMBERS, ask: (as) => firstWord(as.access.live({})) },
  'decision.list': { for: MEMBERS, ask: (as) => as.decision.list({}) },
  'decision.explain': { for: MEMBERS, target: decisionId, ask: (as, id) => as.decision.explain({ id }) },
  'usage.sums': {
    for: MEMBERS,
    ask: (as) => as.usage.sums({ range: '7d', by: 'layer', compare: 'before', filter: {} }),
  },
  'usage.rows': { for: MEMBERS, ask: (as) => as.usage.rows({ range: '7d', filter: {} }) },
  'usage.values': { for: MEMBERS, ask: (as) => as.usage.values({ range: '7d' }) },
  'usage.proof': { for: MEMBERS, target: usageId, ask: (as, id) => as.usage.proof({ id }) },

  'credits.ledger': { for: MEMBERS, ask: (as) => as.credits.ledger({}) },
  'credits.topUp': { for: MEMBERS, ask: (as) => as.credits.topUp() },
  'credits.consentText': { for: MEMBERS, ask: (as) => as.credits.consentText({ ...terms, method: 'card' }) },
  'credits.switchOn': {
    for: PAYERS,
    answer: 'BAD_REQUEST',
    ask: (as) => as.credits.switchOn({ ...terms, seenVersion: 0, agreed: '' }),
  },
  'credits.switchOff': { for: PAYERS, ask: (as) => as.credits.switchOff() },

  'purchase.offer': { for: MEMBERS, ask: (as) => as.purchase.offer() },
  'purchase.list': { for: MEMBERS, ask: (as) => as.purchase.list({}) },
  'purchase.read': {
    for: MEMBERS,
    answer: 'NOT_FOUND',
    ask: (as) => as.purchase.read({ id: `pur_${'0'.repeat(32)}` }),
  },
  'purchase.live': {
    for: MEMBERS,
    ask: async (as) => void (await as.purchase.live({ id: `pur_${'0'.repeat(32)}` })),
  },
  'purchase.start': {
    for: PAYERS,
    answer: 'PRECONDITION_FAILED',
    ask: (as) => as.purchase.start({ pack: 'p', intent: 'i', keepMethod: false }),
  },
  'purchase.testCheckout': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.purchase.testCheckout({ reference: 'x' }),
  },
  'purchase.testPay': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.purchase.testPay({ reference: 'x', card: 'pays' as never }),
  },
  'purchase.testAnswer': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.purchase.testAnswer({ reference: 'x', agrees: true }),
  },
  'purchase.testBackOffice': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.purchase.testBackOffice({ reference: 'x', action: 'refund' as never }),
  },

  'system.personas': { for: 'anyone', ask: (as) => as.system.personas() },
  'system.find': { for: MEMBERS, ask: (as) => as.system.find({ id: `dec_${'0'.repeat(32)}` }) },

  'identity.methods': { for: 'anyone', ask: (as) => as.identity.methods() },
  'identity.me': { for: 'anyone signed in', ask: (as) => as.identity.me() },
  'identity.sendLink': {
    for: 'anyone',
    ask: (as) => as.identity.sendLink({ email: `${crypto.randomUUID()}@example.com`, purpose: 'sign_in' }),
  },
  'identity.link': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.identity.link({ token: TOKEN, purpose: 'sign_in' }),
  },
  'identity.setPasswordByLink': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.identity.setPasswordByLink({ token: TOKEN, password: 'a short sentence' }),
  },
  'identity.invitation': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.identity.invitation({ token: TOKEN }),
  },
  'identity.acceptInvitation': {
    for: 'anyone',
    answer: 'NOT_FOUND',
    ask: (as) => as.identity.acceptInvitation({ token: TOKEN, newcomer: { name: 'n', password: 'a short sentence' } }),
  },
  'identity.signOut': { for: 'anyone signed in', ask: (as) => as.identity.signOut() },
  'identity.choose': {
    for: 'anyone signed in',
    answer: 'NOT_FOUND',
    ask: (as) => as.identity.choose({ customer: `cus_${'0'.repeat(32)}` }),
  },
  'identity.sessions': { for: 'anyone signed in', ask: (as) => as.identity.sessions() },
  'identity.endSession': {
    for: 'anyone signed in',
    answer: 'NOT_FOUND',
    ask: (as) => as.identity.endSession({ session: `ses_${'0'.repeat(32)}` }),
  },
  'identity.rename': { for: 'anyone signed in', ask: (as) => as.identity.rename({ name: 'N' }) },
  'identity.changePassword': {
    for: 'anyone signed in',
    ask: (as) => as.identity.changePassword({ current: '', password: 'short' }),
  },

  'team.list': { for: MEMBERS, ask: (as) => as.team.list() },
  'team.invite': {
    for: OWNER,
    ask: (as) => as.team.invite({ email: `${crypto.randomUUID()}@example.com`, role: 'member' }),
  },
  'team.revokeInvitation': {
    for: OWNER,
    target: invitationId,
    ask: (as, invitation) => as.team.revokeInvitation({ invitation }),
  },
  'team.changeRole': {
    for: OWNER,
    target: memberId,
    ask: (as, user) => as.team.changeRole({ user, role: 'billing' }),
  },
  'team.remove': { for: OWNER, target: memberId, ask: (as, user) => as.team.remove({ user }) },
  'team.leave': { for: MEMBERS, ask: (as) => as.team.leave() },
  'team.customer': { for: MEMBERS, ask: (as) => as.team.customer() },
  'team.changeCustomer': {
    for: OWNER,
    ask: (as) => as.team.changeCustomer({ name: 'N', timeZone: 'Europe/Berlin' }),
  },

  'keys.list': { for: MEMBERS, ask: (as) => as.keys.list() },
  'keys.create': { for: OWNER, ask: (as) => as.keys.create({ name: 'k', scopes: ['read'], days: 1 }) },
  'keys.rotate': { for: OWNER, target: keyId, ask: (as, key) => as.keys.rotate({ key, overlapHours: 1 }) },
  'keys.revoke': { for: OWNER, target: keyId, ask: (as, key) => as.keys.revoke({ key }) },

  'mail.outbox': { for: 'anyone', answer: 'NOT_FOUND', ask: (as) => as.mail.outbox() },
  'mail.rendered': { for: 'anyone', answer: 'NOT_FOUND', ask: (as) => as.mail.rendered({ id: 'x' }) },

  'alert.bell': { for: MEMBERS, ask: (as) => as.alert.bell() },
  'alert.markRead': { for: MEMBERS, ask: (as) => as.alert.markRead() },
  'alert.settings': { for: MEMBERS, ask: (as) => as.alert.settings() },
  'alert.saveSettings': {
    for: MEMBERS,
    ask: (as) => as.alert.saveSettings({ portal: [50], mail: [], webhook: [100] }),
  },
  'alert.setConsent': { for: PAYERS, ask: (as) => as.alert.setConsent({ consent: 'ask' }) },
  'alert.setCap': {
    for: PAYERS,
    ask: (as) => as.alert.setCap({ scope: 'customer', subject: null, limit: '5', period: 'day' }),
  },
  'alert.removeCap': { for: PAYERS, answer: 'NOT_FOUND', ask: (as) => as.alert.removeCap({ id: 'own:customer:day' }) },

  'webhook.list': { for: MEMBERS, ask: (as) => as.webhook.list() },
  'webhook.log': { for: OWNER, ask: (as) => as.webhook.log() },
  'webhook.add': {
    for: OWNER,
    ask: (as) => as.webhook.add({ url: 'https://example.com/hooks', events: ['alert.crossed'] }),
  },
  'webhook.remove': { for: OWNER, target: webhookId, ask: (as, id) => as.webhook.remove({ id }) },
  'webhook.enable': { for: OWNER, target: offWebhookId, ask: (as, id) => as.webhook.enable({ id }) },
  'webhook.ping': { for: OWNER, target: webhookId, ask: (as, id) => as.webhook.ping({ id }) },
  'webhook.replay': { for: OWNER, target: deliveryId, ask: (as, id) => as.webhook.replay({ id }) },

  'promotion.redeem': { for: PAYERS, answer: 'BAD_REQUEST', ask: (as) => as.promotion.redeem({ code: 'NOBODY' }) },

  'limits.windowHistory': { for: MEMBERS, ask: (as) => as.limits.windowHistory({ id: 'five_hour' }) },

  'limits.overview': { for: MEMBERS, ask: (as) => as.limits.overview() },
  'limits.ask': {
    for: PAYERS,
    ask: (as) => as.limits.ask({ target: { kind: 'window', id: 'five_hour' }, asked: '500', why: 'w' }),
  },

  'cases.list': { for: MEMBERS, ask: (as) => as.cases.list() },
  'cases.running': { for: MEMBERS, ask: (as) => as.cases.running({ about: `dec_${'0'.repeat(32)}` }) },
  'cases.read': { for: MEMBERS, target: caseId, ask: (as, id) => as.cases.read({ id }) },
  'cases.open': {
    for: MEMBERS,
    target: decisionId,
    ask: (as, id) => as.cases.open({ about: { kind: 'decision', id }, body: 'Why?' }),
  },
  'cases.reply': { for: MEMBERS, target: caseId, ask: (as, id) => as.cases.reply({ id, body: 'And?' }) },
  'cases.close': { for: MEMBERS, target: caseId, ask: (as, id) => as.cases.close({ id }) },

  'reset.list': { for: MEMBERS, ask: (as) => as.reset.list() },
  'reset.redeem': { for: PAYERS, target: resetId, ask: (as, reset) => as.reset.redeem({ reset }) },
}
