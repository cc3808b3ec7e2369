'use client'
import { Monitor, Moon, Sun } from 'lucide-react'
import { useTheme } from 'next-themes'
import { Button } from '../primitives/button.tsx'
import { useInBrowser } from '../primitives/use-in-browser.ts'

const NEXT = { system: 'light', light: 'dark', dark: 'system' } as const
const WORDS = { system: 'as the system', light: 'light', dark: 'dark' } as const

/**
 * All colours change in one frame, without fading. The page is styled once for that and once more after it was painted;
 * the theme library's own way styles it three times before.
 */
function inOneFrame(change: () => void): void {
  const page = document.documentElement.classList
  page.add('theme-changes')
  change()
  requestAnimationFrame(() => requestAnimationFrame(() => page.remove('theme-changes')))
}

/** Steps through system, light and dark. The choice is only known in the browser, so the server renders the first. */
export function ThemeSwitch() {
  const { theme, setTheme } = useTheme()
  const mounted = useInBrowser()
  const now = mounted && (theme === 'light' || theme === 'dark') ? theme : 'system'
  const Icon = { system: Monitor, light: Sun, dark: Moon }[now]
  return (
    <Button
      tone="ghost"
      size="icon"
      onClick={() => inOneFrame(() => setTheme(NEXT[now]))}
      aria-label={`Theme: ${WORDS[now]}. Switch to ${WORDS[NEXT[now]]}`}
      title={`Theme: ${WORDS[now]}`}
    >
      <Icon aria-hidden />
    </Button>
  )
}
