import { tracked } from '@trpc/server'
import type { CustomerId, PurchaseId } from '../../core/shared/ids.ts'
import type { Engine } from '../../services/engine.ts'

/** How soon a change is seen. Payments move no balance, so no bell of the customer rings for them. */
const LOOK_MS = 400
/** Looks between two at whether the reader still may. */
const LOOKS_PER_CHECK = 25

/**
 * Tells when a purchase changed, by its version. Events carry no figures: the page reads again. Ends when the purchase is
 * somebody else's or the reader leaves.
 */
export async function* purchaseChanges(
  engine: Pick<Engine, 'purchases'>,
  watched: { readonly customer: CustomerId; readonly id: PurchaseId; stillMay(): Promise<boolean> },
  signal: AbortSignal,
) {
  let told = -1
  for (let look = 1; !signal.aborted; look += 1) {
    if (look % LOOKS_PER_CHECK === 0 && !(await watched.stillMay())) return
    const purchase = await engine.purchases.read(watched.id)
    if (purchase === null || purchase.customer !== watched.customer) return
    if (purchase.version !== told) {
      told = purchase.version
      yield tracked(`${told}`, { version: told })
    }
    await pause(signal)
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, LOOK_MS)
    signal.addEventListener('abort', done, { once: true })
  })
}
