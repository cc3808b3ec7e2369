import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What a product is made of: files and folders, of which `ignore` leaves some out. */
export type Sources = { paths: readonly string[]; ignore: RegExp }

/** Hashes names and contents: times of change say nothing after a checkout or a copy. */
function digest({ paths, ignore }: Sources): string {
  const hash = createHash('sha256')
  const visit = (path: string): void => {
    if (ignore.test(path) || !existsSync(path)) return
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name))
      return
    }
    const content = readFileSync(path)
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  for (const path of paths) visit(path)
  return hash.digest('hex')
}

/** Makes a product again if its sources differ from those that it was last made of, as the file `stamp` tells. */
export async function refresh(
  stamp: string,
  sources: Sources,
  make: () => Promise<{ code: number }>,
): Promise<'fresh' | 'made' | 'failed'> {
  const now = digest(sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return 'fresh'
  if ((await make()).code !== 0) return 'failed'
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, now)
  return 'made'
}
