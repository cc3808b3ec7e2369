import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { Command } from 'commander'
import { generateTrace, GENERATOR_DEFAULTS } from '../../simulator/generate-trace.ts'
import { whole } from '../parse.ts'

interface Flags {
  rows: number
  seed: string
  rate: number
  out?: string
}

export function addTrace(program: Command): void {
  program
    .command('trace')
    .description('write a made-up trace with the columns of the Azure LLM inference traces')
    .option('--rows <n>', 'requests', whole(1, 10_000_000), 10_000)
    .option('--seed <text>', 'the same seed writes the same trace', GENERATOR_DEFAULTS.seed)
    .option('--rate <n>', 'mean requests per second', whole(1, 10_000), 3)
    .option('--out <file>', 'write there instead of stdout')
    .action(async (flags: Flags) => {
      const stream = flags.out === undefined ? process.stdout : createWriteStream(flags.out)
      let piece = ''
      const options = {
        seed: flags.seed,
        rows: flags.rows,
        startMs: GENERATOR_DEFAULTS.startMs,
        ratePerSecond: flags.rate,
      }
      for (const line of generateTrace(options)) {
        piece += line
        if (piece.length < 65_536) continue
        if (!stream.write(piece)) await once(stream, 'drain')
        piece = ''
      }
      stream.write(piece)
      if (stream !== process.stdout) {
        stream.end()
        await once(stream, 'finish')
      }
    })
}
