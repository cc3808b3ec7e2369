import { join } from 'node:path'
import { defineConfig } from 'prisma/config'

// The prisma command would download its schema engine; its WebAssembly build is already in node_modules.
if (process.platform !== 'win32')
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= join(import.meta.dirname, 'scripts/prisma-schema-engine.mjs')
process.env.CHECKPOINT_DISABLE ??= '1'

/** Partitioned, which the schema language cannot say: they live in SQL only, and Prisma neither sees nor drops them. */
const PARTITIONED = ['decision', 'usage_event', 'monetization_event', 'balance_update']

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
  experimental: { externalTables: true },
  tables: { external: PARTITIONED.map((name) => `public.${name}`) },
  datasource: { url: process.env.DATABASE_URL ?? 'postgresql://spillway@127.0.0.1:5432/spillway' },
})
