import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // These load native parts or files of their own at run time; bundling them breaks that.
  serverExternalPackages: ['pino', 'pg', 'prom-client', '@prisma/client', '@prisma/adapter-pg', '@node-rs/argon2'],
  // A lock file in a parent directory would otherwise move the root there.
  turbopack: { root: import.meta.dirname },
  // `npm run check` already type-checks the tree. The build adds its settings to a file of its own.
  typescript: { ignoreBuildErrors: true, tsconfigPath: 'tsconfig.next.json' },
}
export default config
