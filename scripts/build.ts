/** `npm run build`: makes what `npm start` serves, unless it is there and fresh. */
import { buildPages, generateClient } from './steps/build.ts'

for (const [name, make] of [
  ['database client', () => generateClient('shown')],
  ['production build', buildPages],
] as const) {
  const outcome = await make()
  console.log(`${name}: ${outcome}`)
  if (outcome === 'failed') process.exit(1)
}
