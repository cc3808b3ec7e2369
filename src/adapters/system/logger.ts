import { type DestinationStream, type Logger, pino } from 'pino'

/** Where secrets travel, at the top and one level below. Keys and tokens in free text are caught by their shape. */
const SECRET_NAMES = ['authorization', 'cookie', 'password', 'passwordHash', 'secret', 'secretHash', 'token', 'consent']
const SECRET_TEXT = /\b([sc]k_)[0-9A-Za-z]{8,}/g

/**
 * One JSON line an event, on standard output unless told otherwise. Secrets never get there, whoever logs them:
 * members with a secret's name are censored, and anything that looks like an API key keeps only its kind.
 */
export function createLogger(options: { level: string; name?: string }, destination?: DestinationStream): Logger {
  const settings = {
    name: options.name ?? 'spillway',
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]), censor: '[secret]' },
    hooks: { streamWrite: (line: string) => line.replace(SECRET_TEXT, '$1[secret]') },
  }
  return destination === undefined ? pino(settings) : pino(settings, destination)
}
