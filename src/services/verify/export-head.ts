import type { ChainPosition } from '../../core/ledger/chain.ts'
import type { CustomerId } from '../../core/shared/ids.ts'
import type { Engine } from '../engine.ts'
import { publicKeyOf, type Signed, signContent, verifySignature } from './signature.ts'

/** Ends of the chains at one instant, kept outside the database: what was before them can no longer be cut off unseen. */
export interface ExportedHeads {
  readonly exportedAt: string
  readonly audit: ChainPosition
  /** Of customers whose ledger has moved since the last export. */
  readonly ledger: readonly (ChainPosition & { readonly customer: CustomerId })[]
}

const PURPOSE = 'spillway chain heads 1'

/** Customers whose ledger moved, with its latest end; bounded, the longest unmoved is forgotten first. */
export interface MovedHeads {
  note(head: ChainPosition & { readonly customer: CustomerId }): void
  take(): readonly (ChainPosition & { readonly customer: CustomerId })[]
}

const MOVED_BOUND = 10_000

export function movedHeads(bound = MOVED_BOUND): MovedHeads {
  let moved = new Map<CustomerId, ChainPosition & { customer: CustomerId }>()
  return {
    note({ customer, seq, hash }) {
      moved.delete(customer)
      moved.set(customer, { customer, seq, hash })
      const [oldest] = moved.keys()
      if (moved.size > bound && oldest !== undefined) moved.delete(oldest)
    },
    take() {
      const heads = [...moved.values()]
      moved = new Map()
      return heads
    },
  }
}

/**
 * Writes the signed ends of the chains as one line of JSON. `append` puts it where the database's owner cannot reach: a
 * file on another volume, an object store, a log. Called at least once a minute.
 */
export async function exportHeads(
  engine: Pick<Engine, 'audit' | 'clock' | 'secret'>,
  sink: { readonly moved: MovedHeads; append(line: string): Promise<void> },
): Promise<ExportedHeads> {
  const { seq, hash } = await engine.audit.head()
  const ledger = sink.moved.take()
  const content: ExportedHeads = {
    exportedAt: new Date(engine.clock.nowMs()).toISOString(),
    audit: { seq, hash },
    ledger,
  }
  try {
    await sink.append(`${JSON.stringify(signContent(engine.secret, PURPOSE, content))}\n`)
  } catch (error) {
    for (const head of ledger) sink.moved.note(head)
    throw error
  }
  return content
}

/** Heads of the lines whose signature holds, and how many lines were passed over because theirs does not. */
export function readExportedHeads(
  text: string,
  trusted: { readonly secret: string } | { readonly publicKey: string },
): { readonly heads: readonly ExportedHeads[]; readonly refused: number } {
  const publicKey = 'secret' in trusted ? publicKeyOf(trusted.secret) : trusted.publicKey
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const heads: ExportedHeads[] = []
  for (const line of lines) {
    const signed = parse(line)
    if (signed !== null && verifySignature(signed, PURPOSE, publicKey)) heads.push(signed.content)
  }
  return { heads, refused: lines.length - heads.length }
}

/** A line that was cut off by a crash is no JSON: it is counted as refused. */
function parse(line: string): Signed<ExportedHeads> | null {
  try {
    return JSON.parse(line) as Signed<ExportedHeads>
  } catch {
    return null
  }
}
