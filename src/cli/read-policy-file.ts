import { readFile } from 'node:fs/promises'
import type { PolicyDocument } from '../core/policy/document.ts'
import { validatePolicy } from '../core/policy/validate.ts'
import { readDocument } from '../services/policy/read-document.ts'
import { CliFailure, EXIT } from './exit.ts'

/** A valid document from a file; else fails with every problem and its path. */
export async function readPolicyFile(path: string): Promise<PolicyDocument> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT' ? 'there is no such file' : error.code === 'EISDIR' ? 'is a directory' : error.message
    throw new CliFailure(EXIT.usage, `${path}: ${why}`)
  })
  let json: unknown
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new CliFailure(EXIT.usage, `${path}: is not JSON: ${(error as Error).message}`)
  }
  const read = readDocument(json)
  if (!read.ok)
    throw refused(
      path,
      read.problems.map(({ path: at, message }) => ({ at, message })),
    )
  const problems = validatePolicy(read.document)
  if (problems.length > 0)
    throw refused(
      path,
      problems.map(({ path: at, problem }) => ({ at, message: problem })),
    )
  return read.document
}

function refused(path: string, problems: readonly { at: string; message: string }[]): CliFailure {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return new CliFailure(
    EXIT.no,
    `${path}: ${count}, nothing was changed`,
    problems.map(({ at, message }) => `${at || '(document)'}: ${message}`),
  )
}
