import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

/** Tests which need a database: a whole-stack API test, or a test of an adapter against real PostgreSQL. */
const WITH_DATABASE = ['src/**/*.integration.test.ts', 'src/**/*.api.test.ts']

export default defineConfig({
  resolve: {
    tsconfigPaths: true,
    // The real module throws outside of a React server bundle.
    alias: { 'server-only': new URL('./tests/server-only.ts', import.meta.url).pathname },
  },
  test: {
    coverage: {
      provider: 'v8',
      include: ['src/**/*.{ts,tsx}'],
      exclude: ['src/generated/**'],
      reporter: ['text-summary', 'lcov'],
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', environment: 'node', include: ['{src,bench}/**/*.test.ts'], exclude: WITH_DATABASE },
      },
      {
        extends: true,
        plugins: [react()],
        test: { name: 'ui', environment: 'happy-dom', include: ['src/**/*.test.tsx'] },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          environment: 'node',
          include: [...WITH_DATABASE, 'tests/**/*.test.ts'],
          globalSetup: ['tests/postgres.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
