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
  return task === null ? [] : [taskRow(task)]
}

/** Those rows out of the snapshot, or the names of all when one was not loaded. */
export function pickRows(
  snapshot: Snapshot,
  names: Names,
): { ok: true; rows: readonly SubjectState[] } | { ok: false; missing: readonly SubjectId[] } {
  const wanted = rowsOf(names)
  const rows: SubjectState[] = []
  for (const name of wanted) {
    const row = snapshot.subjects.get(name)
    if (row === undefined) return { ok: false, missing: wanted }
    rows.push(row)
  }
  return { ok: true, rows }
}

export const emptySubject = (subject: SubjectId): SubjectState => ({ subject, guards: {}, caps: {} })
