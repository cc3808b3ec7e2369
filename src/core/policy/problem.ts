import { MAX_AMOUNT, parseAmount } from '../shared/amount.ts'

/** What is wrong with a document: where (`tiers.plus.guards[2].limit`), and in a sentence what to do about it. */
export interface PolicyProblem {
  readonly path: string
  readonly problem: string
}

export type Report = (path: string, problem: string) => void

const DAY_MS = 86_400_000
const MAX_LENGTH_DAYS = 3_700
const NAME = /^[a-z][a-z0-9_.-]{0,63}$/

/** Names become keys of records, so one that every object has already ("constructor") would be found where nothing is. */
export function checkName(path: string, name: string, report: Report): void {
  if (!NAME.test(name)) {
    report(path, `"${name}" is no name: start with a small letter, then small letters, digits, _ . - (at most 64).`)
  } else if (name in Object.prototype) report(path, `"${name}" is a reserved word: choose another name.`)
}

/** Reports every name after the first that is there already. */
export function checkUnique(path: string, names: readonly string[], report: Report): void {
  const seen = new Set<string>()
  names.forEach((name, index) => {
    if (seen.has(name))
      report(`${path}[${index}]`, `"${name}" is there twice: remove one, or give it a name of its own.`)
    seen.add(name)
  })
}

/** Reports every name that is not in the record. */
export function checkKnown(path: string, names: readonly string[], known: Known, report: Report): void {
  names.forEach((name, index) => checkReference(`${path}[${index}]`, name, known, report))
}

/** `what`: "feature" or "meter"; `record`: the part of the document that lists them. */
export interface Known {
  readonly what: string
  readonly record: Readonly<Record<string, unknown>>
}

export function checkReference(path: string, name: string, { what, record }: Known, report: Report): void {
  if (!Object.hasOwn(record, name))
    report(path, `There is no ${what} "${name}": add it to ${what}s, or correct the name.`)
}

/** A list of features that narrows a rule; left out it means all. */
export function checkScope(path: string, names: readonly string[] | undefined, known: Known, report: Report): void {
  if (names === undefined) return
  if (names.length === 0)
    report(path, `No ${known.what} is named, so this never applies: name one, or leave the list out for all.`)
  checkUnique(path, names, report)
  checkKnown(path, names, known, report)
}

export function checkWhole(path: string, value: number, range: { least: number; most: number }, report: Report): void {
  if (Number.isSafeInteger(value) && value >= range.least && value <= range.most) return
  report(path, `${value} is out of range: use a whole number from ${range.least} to ${range.most}.`)
}

export function checkLength(path: string, lengthMs: number, report: Report): void {
  if (Number.isSafeInteger(lengthMs) && lengthMs >= 1 && lengthMs <= MAX_LENGTH_DAYS * DAY_MS) return
  report(path, `${lengthMs} ms is no length of a window: use whole milliseconds from 1 to ${MAX_LENGTH_DAYS} days.`)
}

/** `zero`: what to do instead of an amount of 0; null where 0 means something. */
export function checkAmount(path: string, text: string, zero: string | null, report: Report): void {
  const amount = parseAmount(text)
  if (amount === null) {
    report(path, `"${text}" is no amount: write whole micro-credits as a decimal string, at most "${MAX_AMOUNT}".`)
  } else if (amount === 0n && zero !== null) report(path, `The amount is 0: ${zero}.`)
}

export function checkSubBuckets(path: string, subBuckets: number | undefined, windowMs: number, report: Report): void {
  if (subBuckets === undefined) return
  if (!Number.isSafeInteger(subBuckets) || subBuckets < 1 || subBuckets > 1000) {
    report(path, `${subBuckets} sub-buckets are out of range: use 1 to 1000, or leave it out.`)
  } else if (windowMs % subBuckets !== 0) {
    report(
      path,
      `${subBuckets} sub-buckets do not divide ${windowMs} ms into whole milliseconds: choose a divisor, or leave it out.`,
    )
  }
}
