/**
 * Where a page of a list ends, as text: `list.key`. The key names the last item by what orders the list, so that the
 * next page starts after it whatever came or went in between.
 */
export const writeCursor = (list: string, key: string): string => `${list}.${key}`

/** The key of a cursor of that list; null when it is another list's, or no cursor. */
export function readCursor(list: string, cursor: string): string | null {
  return cursor.startsWith(`${list}.`) ? cursor.slice(list.length + 1) : null
}
