import type { SubjectId } from '../shared/ids.ts'
import type { Snapshot } from './effects.ts'
import type { SubjectState } from './state.ts'

interface Names {
  readonly subject: SubjectId | null
  readonly task: SubjectId | null
}

/** Subjects and tasks share one table of rows; the prefix keeps a subject and a task of the same name apart. */
export const subjectRow = (subject: SubjectId): SubjectId => `s:${subject}`
export const taskRow = (task: SubjectId): SubjectId => `t:${task}`

/** The subject rows that a request or hold of these names reads. */
export function rowsOf({ subject, task }: Names): readonly SubjectId[] {
  if (subject !== null) return task === null ? [subjectRow(subject)] : [subjectRow(subject), taskRow(task)]
  return task === null ? NO_NAMES : [taskRow(task)]
}

const NO_NAMES: readonly SubjectId[] = []

/** Those rows out of the snapshot, or the names of all when one was not loaded. */
export function pickRows(
  snapshot: Snapshot,
  names: Names,
): { ok: true; rows: readonly SubjectState[] } | { ok: false; missing: readonly SubjectId[] } {
  if (names.subject === null && names.task === null) return NONE_NAMED
  const wanted = rowsOf(names)
  const rows: SubjectState[] = []
  for (const name of wanted) {
    const row = snapshot.subjects.get(name)
    if (row === undefined) return { ok: false, missing: wanted }
    rows.push(row)
  }
  return { ok: true, rows }
}

const NONE_NAMED: { readonly ok: true; readonly rows: readonly SubjectState[] } = { ok: true, rows: [] }

/** The rows that are no longer the snapshot's: what a change has to replace. */
export function changedRows(rows: readonly SubjectState[], { subjects }: Snapshot): readonly SubjectState[] {
  return rows.length === 0 ? rows : rows.filter((row) => row !== subjects.get(row.subject))
}

export const emptySubject = (subject: SubjectId): SubjectState => ({ subject, guards: {}, caps: {} })
