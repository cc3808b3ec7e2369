import { refresh } from './fresh.ts'
import { run, tool } from './run.ts'

/** Prisma's client, from the schema. */
export function generateClient(output: 'collected' | 'shown') {
  return refresh(
    'src/generated/sources.sha256',
    { paths: ['prisma/schema', 'prisma.config.ts', 'package-lock.json'], ignore: /^$/ },
    () => run(tool('prisma', 'generate'), { output }),
  )
}

const PAGES = ['app', 'src', 'public', 'next.config.ts', 'postcss.config.mjs', 'proxy.ts', 'instrumentation.ts']
const SETTINGS = ['package-lock.json', 'tsconfig.json', 'tsconfig.next.json', 'prisma/schema']

/** Next's production build, from everything that can reach it. Takes 10-30 s, so it is made only of changed sources. */
export function buildPages() {
  return refresh(
    '.next/sources.sha256',
    { paths: [...PAGES, ...SETTINGS], ignore: /\.test\.tsx?$|(^|\/)(testing|generated|simulator|cli)(\/|$)/ },
    () =>
      run(tool('next', 'build'), { output: 'shown', env: { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' } }),
  )
}
