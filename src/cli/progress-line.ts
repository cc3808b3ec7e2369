import { SingleBar } from 'cli-progress'

export interface ProgressLine {
  /** `done` and `total` in any unit; `note` says the rest, such as the rate. */
  update(done: number, total: number | null, note: string): void
  stop(): void
}

const PLAIN_EVERY_MS = 5_000

/** A bar on a terminal; elsewhere one plain line every five seconds. Writes to stderr. */
export function progressLine(title: string, quiet: boolean): ProgressLine {
  if (quiet) return { update: () => {}, stop: () => {} }
  return process.stderr.isTTY ? bar(title) : plain(title)
}

function bar(title: string): ProgressLine {
  const single = new SingleBar({
    stream: process.stderr,
    format: `${title} {bar} {percentage} % · {note} · {eta_formatted} left`,
    hideCursor: true,
    etaBuffer: 200,
    barsize: 28,
    clearOnComplete: true,
  })
  let started = false
  return {
    update(done, total, note) {
      if (!started) single.start(total ?? Math.max(1, done), done, { note })
      started = true
      if (total === null) single.setTotal(Math.max(1, done))
      single.update(Math.min(done, total ?? done), { note })
    },
    stop: () => started && single.stop(),
  }
}

function plain(title: string): ProgressLine {
  const startMs = performance.now()
  let printedMs = startMs
  return {
    update(done, total, note) {
      const nowMs = performance.now()
      if (nowMs - printedMs < PLAIN_EVERY_MS) return
      printedMs = nowMs
      const share = total === null || total === 0 ? null : Math.min(1, done / total)
      const leftS = share === null || share === 0 ? null : Math.round(((nowMs - startMs) * (1 - share)) / share / 1_000)
      const parts = [
        share === null ? null : `${Math.floor(share * 100)} %`,
        note,
        leftS === null ? null : `about ${leftS} s left`,
      ]
      process.stderr.write(`${title}: ${parts.filter((part) => part !== null).join(' · ')}\n`)
    },
    stop: () => {},
  }
}
