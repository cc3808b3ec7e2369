import { router } from './init.ts'
import { accessRouter } from './routers/access.ts'
import { decisionRouter } from './routers/decision.ts'
import { systemRouter } from './routers/system.ts'
import { usageRouter } from './routers/usage.ts'

export const appRouter = router({
  access: accessRouter,
  decision: decisionRouter,
  usage: usageRouter,
  system: systemRouter,
})

export type AppRouter = typeof appRouter
