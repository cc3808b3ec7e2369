import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Account } from './bank.ts'

/** Keeps the test bank's accounts across restarts: one line a change, the last one of an account counts. */
export interface Journal {
  readonly kept: readonly Account[]
  write(account: Account): void
}

export function fileJournal(path: string): Journal {
  const kept = readAccounts(path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, kept.map((account) => `${encode(account)}\n`).join(''), { mode: 0o600 })
  return { kept, write: (account) => appendFileSync(path, `${encode(account)}\n`) }
}

export const memoryJournal = (): Journal => ({ kept: [], write() {} })

function readAccounts(path: string): readonly Account[] {
  const accounts = new Map<string, Account>()
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOENT') throw fault
  }
  for (const line of text.split('\n')) {
    const account = decode(line)
    if (account !== null) accounts.set(account.purchase, account)
  }
  return [...accounts.values()]
}

const AMOUNTS = new Set(['totalMinor', 'refundedMinor', 'amountMinor', 'minor'])

export const encode = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member))

/** Null: a line that was cut off by the end of the process. */
function decode(line: string): Account | null {
  try {
    return line === '' ? null : (reviveAmounts(line) as Account)
  } catch {
    return null
  }
}

export const reviveAmounts = (text: string): unknown =>
  JSON.parse(text, (name, member: unknown) =>
    AMOUNTS.has(name) && typeof member === 'string' ? BigInt(member) : member,
  )
