import type { BalanceUpdate, MonetizationEvent, MonetizationLine, UsageEvent } from '../../../core/settlement/events.ts'
import { instant } from '../../../services/decision/answer.ts'

const lineMember = (line: MonetizationLine) => ({ ...line, amount: `${line.amount}` })

export function usageEventMember(event: UsageEvent) {
  const { id, customer, decision, hold, subject, task, feature, price, attributes, origin } = event
  return {
    id,
    customer,
    decision,
    hold,
    subject,
    task,
    feature,
    usage: price.kind === 'usage' ? price.usage : null,
    attributes,
    cost: `${event.cost}`,
    lines: event.lines.map(lineMember),
    origin,
    policyVersion: event.policyVersion,
    stateVersion: `${event.version}`,
    effectiveAt: instant(event.effectiveAtMs),
    recordedAt: instant(event.recordedAtMs),
  }
}

export function monetizationEventMember(event: MonetizationEvent) {
  const { id, customer, usageEvent, feature } = event
  return {
    id,
    customer,
    usageEvent,
    feature,
    cost: `${event.cost}`,
    lines: event.lines.map(lineMember),
    arithmetic: event.arithmetic.map((line) => ({ ...line, microCredits: `${line.microCredits}` })),
    policyVersion: event.policyVersion,
    stateVersion: `${event.version}`,
    effectiveAt: instant(event.effectiveAtMs),
    settledAt: instant(event.settledAtMs),
  }
}

export function balanceUpdateMember(update: BalanceUpdate) {
  const { id, customer, seq, grant, cause, previousHash, hash } = update
  return {
    id,
    customer,
    seq,
    grant,
    delta: `${update.delta}`,
    balanceBefore: `${update.balanceBefore}`,
    balanceAfter: `${update.balanceAfter}`,
    cause,
    effectiveAt: instant(update.effectiveAtMs),
    recordedAt: instant(update.recordedAtMs),
    previousHash,
    hash,
  }
}
