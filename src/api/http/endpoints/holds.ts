import type { z } from 'zod'
import { captureUsage } from '../../../services/decision/capture.ts'
import { extendTtl } from '../../../services/decision/extend.ts'
import { releaseUnused } from '../../../services/decision/release.ts'
import { reportRunning } from '../../../services/decision/report.ts'
import {
  captureAnswer,
  captureRequest,
  extendRequest,
  holdAnswer,
  releaseAnswer,
  releaseRequest,
  reportRequest,
} from '../contracts/hold.ts'
import { priceOfMembers } from '../contracts/price.ts'
import { endpoint } from '../endpoint.ts'
import { costRefused, onHold } from './hold-answer.ts'

const common = { method: 'POST', tag: 'holds', scope: 'decide', query: null } as const
const gone = { description: 'The hold was captured, released or ran out', schema: null }

export const captureHold = endpoint<z.infer<typeof captureRequest>>({
  ...common,
  path: '/holds/{id}/capture',
  operationId: 'captureHold',
  summary: 'Settle actual usage; with `final: false` a part of it',
  idempotency: 'required',
  body: { kind: 'checked', schema: captureRequest },
  answers: { 200: { description: 'Captured', schema: captureAnswer }, 410: gone },
  async run(call) {
    const price = priceOfMembers(call.body)
    const final = call.body.final !== false
    return (
      costRefused(call, call.body) ?? onHold(call, (command) => captureUsage(call.engine, { ...command, price, final }))
    )
  },
})

export const extendHold = endpoint<z.infer<typeof extendRequest>>({
  ...common,
  path: '/holds/{id}/extend',
  operationId: 'extendHold',
  summary: 'Heartbeat: keep the hold open for longer',
  idempotency: 'optional',
  body: { kind: 'checked', schema: extendRequest },
  answers: { 200: { description: 'Extended', schema: holdAnswer }, 410: gone },
  async run(call) {
    const { ttlSeconds } = call.body
    const ttlMs = ttlSeconds === undefined ? null : ttlSeconds * 1000
    return onHold(call, (command) => extendTtl(call.engine, { ...command, ttlMs }))
  },
})

export const releaseHold = endpoint<z.infer<typeof releaseRequest>>({
  ...common,
  path: '/holds/{id}/release',
  operationId: 'releaseHold',
  summary: 'Give the hold back: nothing was used',
  idempotency: 'required',
  body: { kind: 'checked', schema: releaseRequest },
  answers: { 200: { description: 'Released', schema: releaseAnswer }, 410: gone },
  async run(call) {
    return onHold(call, (command) => releaseUnused(call.engine, command))
  },
})

export const reportHold = endpoint<z.infer<typeof reportRequest>>({
  ...common,
  path: '/holds/{id}/report',
  operationId: 'reportHold',
  summary: 'Running usage of a stream: captured by expiry when its caller never comes back',
  idempotency: 'optional',
  body: { kind: 'checked', schema: reportRequest },
  answers: { 200: { description: 'Kept', schema: holdAnswer }, 410: gone },
  async run(call) {
    const price = priceOfMembers(call.body)
    return costRefused(call, call.body) ?? onHold(call, (command) => reportRunning(call.engine, { ...command, price }))
  },
})
