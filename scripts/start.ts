/**
 * `npm start`: makes the production build if it is missing or stale, then becomes the server, in this one process.
 *
 * Installs nothing. npm hands SIGTERM to its shell only, which leaves this process without its parent: that counts as
 * the signal.
 */
import { buildPages, generateClient } from './steps/build.ts'
import { seconds } from './steps/run.ts'

const PARENT_CHECK_MS = 500

const startedMs = performance.now()
const say = (what: string) => console.log(`spillway  ${seconds(startedMs).padStart(7)}  ${what}`)

const parent = process.ppid
const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, PARENT_CHECK_MS)
watch.unref()

if ((await generateClient('collected')) === 'failed') throw new Error('prisma generate failed: run it to see why')
say('checking the production build (a stale one takes 10 to 30 s to make)')
const build = await buildPages()
if (build === 'failed') throw new Error('the production build failed: its output is above')
say(build === 'fresh' ? 'the production build is fresh' : 'production build made')

Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' })
say('starting the server')
// Importing it is starting it. Only now, since much of what it loads reads NODE_ENV once.
await import('../src/main/server.ts')
