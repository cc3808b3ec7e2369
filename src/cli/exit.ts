/** Exit codes of every verb, as `spillway --help` lists them. */
export const EXIT = {
  ok: 0,
  /** It ran, and the answer is no: violations, failed requests, findings, a policy that is refused. */
  no: 1,
  /** It could not begin: wrong arguments, an unreadable or wrong file, an id nobody has. */
  usage: 2,
  /** The engine or its database does not answer. */
  unreachable: 3,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Ends a verb with a sentence for people and a code for scripts; no stack is printed. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure'
  readonly code: ExitCode
  readonly details: readonly string[]

  constructor(code: ExitCode, message: string, details: readonly string[] = []) {
    super(message)
    this.code = code
    this.details = details
  }
}

/** The result was printed and is a no: with --json nothing more goes to stdout. */
export class AnswerIsNo extends CliFailure {
  constructor(message: string, code: ExitCode = EXIT.no) {
    super(code, message)
  }
}
