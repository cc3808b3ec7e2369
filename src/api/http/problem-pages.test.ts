import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DENIAL_PROBLEMS } from '../../services/decision/denial-problem.ts'
import { PROBLEMS, problemType, type ProblemSlug } from '../errors.ts'

const FOLDER = join(import.meta.dirname, '../../../docs/api')
const problems = [
  ...(Object.keys(PROBLEMS) as ProblemSlug[]).map((slug) => ({
    type: problemType(slug),
    status: PROBLEMS[slug].status,
  })),
  ...Object.values(DENIAL_PROBLEMS),
]
const slugOf = (type: string): string => type.split(/[/#]/).at(-1) ?? ''

test.each(problems)('$type has a page that names its type and status', ({ type, status }) => {
  const text = readFileSync(join(FOLDER, `${slugOf(type)}.md`), 'utf8')
  expect(text).toContain(`\`${type}\` · ${status}`)
  expect(text).toMatch(/\*\*What to do\.\*\* \S/)
})

/** Of services whose refusals are rendered where they are decided. */
const ELSEWHERE = ['overflow', 'already-expired', 'duplicate-source']

test('every page is of a problem', () => {
  expect(existsSync(FOLDER)).toBe(true)
  const pages = readdirSync(FOLDER).map((file) => file.replace('.md', ''))
  expect(pages.filter((page) => !ELSEWHERE.includes(page)).sort()).toEqual(
    [...new Set(problems.map(({ type }) => slugOf(type)))].filter((slug) => !ELSEWHERE.includes(slug)).sort(),
  )
})
