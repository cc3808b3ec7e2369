/** Rows of one read: bounds the memory of a walk, whatever the length of the list. */
export const PAGE = 500

/** Walks a paged list to its end; `from` names where the next page starts. */
export async function* walk<Row, Cursor>(
  start: Cursor,
  read: (after: Cursor, limit: number) => Promise<readonly Row[]>,
  from: (row: Row) => Cursor,
): AsyncGenerator<Row> {
  let after = start
  for (;;) {
    const rows = await read(after, PAGE)
    yield* rows
    const last = rows.at(-1)
    // A full page may be short of rows that could not be read; one that lacks half of them is the last.
    if (last === undefined || rows.length < PAGE / 2) return
    after = from(last)
  }
}
