'use client'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { units } from '../format/amount.ts'
import { useTRPC } from '../trpc/client.tsx'
import { saveFile } from './csv.ts'
import { eventsFile, fileName, MOST_EXPORTED } from './export-files.ts'
import type { Look, UsageRow, UsageSums } from './look.ts'
import { withRunning } from './rows-card.tsx'

const PAGE = 500
/** A page may be empty before the end, so pages have a bound of their own. */
const MOST_PAGES = 200

/** Saves the events of the screen: from its newest row on, under its filter, in its order, also those not scrolled to yet. */
export function useExport(look: Look, view: UsageSums, newest: UsageRow | undefined) {
  const trpc = useTRPC()
  const queries = useQueryClient()
  const [exporting, setExporting] = useState(false)
  const [said, setSaid] = useState('')

  async function readAll(): Promise<{ rows: UsageRow[]; cut: boolean }> {
    const rows: UsageRow[] = []
    let cursor = newest === undefined ? null : newest.version + 1
    for (let page = 0; page < MOST_PAGES && rows.length < MOST_EXPORTED; page += 1) {
      const { range, filter } = look
      const input = { range, filter, cursor, limit: Math.min(PAGE, MOST_EXPORTED - rows.length) }
      const found = await queries.fetchQuery(trpc.usage.rows.queryOptions(input, { gcTime: 0, staleTime: 0 }))
      rows.push(...(found?.items ?? []))
      cursor = found?.next ?? null
      if (cursor === null) return { rows, cut: false }
    }
    return { rows, cut: true }
  }

  async function save(): Promise<void> {
    setExporting(true)
    setSaid('')
    try {
      const { rows, cut } = await readAll()
      saveFile(fileName('events', view, look), eventsFile(withRunning(rows), view.zone))
      const all = `${units(rows.length)} ${rows.length === 1 ? 'event is' : 'events are'} in the file`
      setSaid(cut ? `Only the newest ${all}: there are more. A shorter range has them all.` : `${all}.`)
    } catch {
      setSaid('The events could not be read on: nothing was exported. Try again.')
    } finally {
      setExporting(false)
    }
  }
  return { save, exporting, said }
}
