import type { Pool } from 'pg'
import { type PromotionCode, standingOfCode } from '../../core/promotion/code.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import { CODE_LIST_LIMIT, type PromotionStore, type TakeResult } from '../../ports/promotion-store.ts'
import { answering } from './answering.ts'
import { appendAudit, type Transaction } from './audit-log.ts'
import { fromUuid, toUuid } from './codec/ids.ts'
import { inTransaction } from './in-transaction.ts'

interface CodeRow {
  id: string
  code: string
  title: string
  amount: string
  features: string[] | null
  grant_days: number | null
  total_limit: number
  customer_limit: number
  redeemed: number
  valid_from: Date
  valid_until: Date | null
  created_at: Date
}

const decode = (row: CodeRow): PromotionCode => ({
  id: fromUuid('code', row.id),
  code: row.code,
  title: row.title,
  amount: BigInt(row.amount),
  features: row.features,
  grantDays: row.grant_days,
  totalLimit: row.total_limit,
  customerLimit: row.customer_limit,
  redeemed: row.redeemed,
  validFromMs: row.valid_from.getTime(),
  validUntilMs: row.valid_until?.getTime() ?? null,
  createdAtMs: row.created_at.getTime(),
})

type Look =
  | { readonly kind: 'open'; readonly row: CodeRow; readonly code: PromotionCode; readonly number: number }
  | { readonly kind: 'answered'; readonly result: TakeResult }

/** The code and the customer's places on it. `FOR UPDATE` lines up everybody who wants a place. */
async function lookAt(
  client: Pick<Transaction, 'query'>,
  { name, customer, atMs, lock }: { name: string; customer: CustomerId; atMs: number; lock: '' | 'FOR UPDATE' },
): Promise<Look> {
  const { rows } = await client.query<CodeRow>({
    name: lock === '' ? 'promotion_look' : 'promotion_lock',
    text: `SELECT * FROM promotion_code WHERE code = $1 ${lock}`,
    values: [name],
  })
  const row = rows[0]
  if (row === undefined) return { kind: 'answered', result: { kind: 'unknown' } }
  const code = decode(row)
  const own = await client.query<{ number: number; granted: boolean }>({
    name: 'promotion_own',
    text: `SELECT number, granted_at IS NOT NULL AS granted FROM promotion_redemption
      WHERE code_id = $1 AND customer_id = $2 ORDER BY number`,
    values: [row.id, toUuid(customer)],
  })
  const left = own.rows.find((place) => !place.granted)
  if (left !== undefined)
    return { kind: 'answered', result: { kind: 'taken', redemption: { code, customer, number: left.number } } }
  const standing = standingOfCode(code, own.rows.length, atMs)
  return standing === 'open'
    ? { kind: 'open', row, code, number: own.rows.length + 1 }
    : { kind: 'answered', result: { kind: 'refused', standing } }
}

export function postgresPromotionStore(pool: Pool): PromotionStore {
  return answering({
    async create(code, audit) {
      return inTransaction(pool, async (client) => {
        const { rowCount } = await client.query({
          text: `INSERT INTO promotion_code (id, code, title, amount, features, grant_days, total_limit, customer_limit, redeemed, valid_from, valid_until, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (code) DO NOTHING`,
          values: [
            toUuid(code.id),
            code.code,
            code.title,
            code.amount,
            code.features,
            code.grantDays,
            code.totalLimit,
            code.customerLimit,
            code.redeemed,
            new Date(code.validFromMs),
            code.validUntilMs === null ? null : new Date(code.validUntilMs),
            new Date(code.createdAtMs),
          ],
        })
        if (rowCount === 0) return 'taken'
        await appendAudit(client, audit)
        return 'created'
      })
    },

    async byCode(code) {
      const { rows } = await pool.query<CodeRow>({
        name: 'promotion_by_code',
        text: 'SELECT * FROM promotion_code WHERE code = $1',
        values: [code],
      })
      return rows[0] ? decode(rows[0]) : null
    },

    async list() {
      const { rows } = await pool.query<CodeRow>({
        name: 'promotion_list',
        text: 'SELECT * FROM promotion_code ORDER BY id DESC LIMIT $1',
        values: [CODE_LIST_LIMIT],
      })
      return rows.map(decode)
    },

    async take({ code: name, customer, atMs }) {
      // who comes when it is used up, or over, is answered without waiting in line
      const ahead = await lookAt(pool, { name, customer, atMs, lock: '' })
      if (ahead.kind !== 'open') return ahead.result
      return inTransaction(pool, async (client) => {
        const seen = await lookAt(client, { name, customer, atMs, lock: 'FOR UPDATE' })
        if (seen.kind !== 'open') return seen.result
        const { row, code, number } = seen
        await client.query({
          name: 'promotion_take',
          text: `WITH counted AS (UPDATE promotion_code SET redeemed = redeemed + 1 WHERE id = $1)
            INSERT INTO promotion_redemption (code_id, customer_id, number, redeemed_at) VALUES ($1, $2, $3, $4)`,
          values: [row.id, toUuid(customer), number, new Date(atMs)],
        })
        return { kind: 'taken', redemption: { code: { ...code, redeemed: code.redeemed + 1 }, customer, number } }
      })
    },

    async granted({ code, customer, number }, atMs) {
      await pool.query({
        name: 'promotion_granted',
        text: `UPDATE promotion_redemption SET granted_at = $4
          WHERE code_id = $1 AND customer_id = $2 AND number = $3 AND granted_at IS NULL`,
        values: [toUuid(code), toUuid(customer), number, new Date(atMs)],
      })
    },

    async ungranted(beforeMs, limit) {
      const { rows } = await pool.query<CodeRow & { customer_id: string; number: number }>({
        name: 'promotion_ungranted',
        text: `SELECT c.*, r.customer_id, r.number FROM promotion_redemption AS r JOIN promotion_code AS c ON c.id = r.code_id
          WHERE r.granted_at IS NULL AND r.redeemed_at < $1 ORDER BY r.redeemed_at LIMIT $2`,
        values: [new Date(beforeMs), limit],
      })
      return rows.map((row) => ({ code: decode(row), customer: fromUuid('cus', row.customer_id), number: row.number }))
    },
  } satisfies PromotionStore)
}
