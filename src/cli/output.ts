/** Where a verb writes: results to stdout, everything else to stderr, so that a pipe gets only the result. */
export interface Output {
  readonly json: boolean
  /** The result: `text` for people, `value` when --json was given (bigints as decimal strings). */
  result(value: unknown, text: () => string): void
  /** A remark on the way; dropped with --json. */
  note(text: string): void
}

export function output(options: { json?: boolean | undefined }): Output {
  const json = options.json === true
  return {
    json,
    result: (value, text) => process.stdout.write(`${json ? toJson(value) : text()}\n`),
    note: (text) => {
      if (!json) process.stderr.write(`${text}\n`)
    },
  }
}

export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner), 2)
