export interface Toast {
  readonly id: number
  readonly kind: 'success' | 'error'
  readonly text: string
}

/** More at once nobody reads; the oldest gives way. */
const MOST = 3

let shown: readonly Toast[] = []
let made = 0
const listeners = new Set<() => void>()

function show(next: readonly Toast[]): void {
  shown = next
  for (const listener of listeners) listener()
}

const say = (kind: Toast['kind']) => (text: string) => show([...shown, { id: (made += 1), kind, text }].slice(-MOST))

/** One sentence on what just happened, said where nothing on the page would show it. */
export const toast = { success: say('success'), error: say('error') }

export const toasts = {
  now: () => shown,
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  },
  dismiss: (id: number) => show(shown.filter((one) => one.id !== id)),
}
