import { router } from './init.ts'
import { accessRouter } from './routers/access.ts'
import { alertRouter } from './routers/alert.ts'
import { casesRouter } from './routers/cases.ts'
import { creditsRouter } from './routers/credits.ts'
import { decisionRouter } from './routers/decision.ts'
import { identityRouter } from './routers/identity.ts'
import { keysRouter } from './routers/keys.ts'
import { limitsRouter } from './routers/limits.ts'
import { mailRouter } from './routers/mail.ts'
import { promotionRouter } from './routers/promotion.ts'
import { purchaseRouter } from './routers/purchase.ts'
import { resetRouter } from './routers/reset.ts'
import { systemRouter } from './routers/system.ts'
import { teamRouter } from './routers/team.ts'
import { usageRouter } from './routers/usage.ts'
import { webhookRouter } from './routers/webhook.ts'

export const appRouter = router({
  access: accessRouter,
  decision: decisionRouter,
  usage: usageRouter,
  credits: creditsRouter,
  purchase: purchaseRouter,
  system: systemRouter,
  identity: identityRouter,
  team: teamRouter,
  keys: keysRouter,
  mail: mailRouter,
  alert: alertRouter,
  webhook: webhookRouter,
  promotion: promotionRouter,
  reset: resetRouter,
  limits: limitsRouter,
  cases: casesRouter,
})

export type AppRouter = typeof appRouter
