import { readFile } from 'node:fs/promises'
import type { PolicyDocument } from '../core/policy/document.ts'
import { readDocument } from '../services/policy/read-document.ts'

const FILE = new URL('../../prisma/seed/policy.json', import.meta.url)

/** The policy that a new installation starts with: `prisma/seed/policy.json`. */
export async function defaultPolicy(): Promise<PolicyDocument> {
  const read = readDocument(JSON.parse(await readFile(FILE, 'utf8')))
  if (!read.ok)
    throw new Error(
      `prisma/seed/policy.json: ${read.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    )
  return read.document
}
