import {
  BellRing,
  ClipboardList,
  Coins,
  Gauge,
  KeyRound,
  ListTree,
  Receipt,
  RefreshCcwDot,
  Rows3,
  Settings,
  SlidersHorizontal,
  Users,
  Webhook,
} from 'lucide-react'

/** Where a member of a customer may go, with the letter that goes there after `g`. */
export const PLACES = [
  { href: '/app', title: 'Overview', key: 'o', icon: Gauge },
  { href: '/app/decisions', title: 'Decisions', key: 'd', icon: ListTree },
  { href: '/app/usage', title: 'Usage', key: 'u', icon: Rows3 },
  { href: '/app/credits', title: 'Credits', key: 'c', icon: Coins },
  { href: '/app/purchases', title: 'Purchases', key: 'p', icon: Receipt },
  { href: '/app/auto-top-up', title: 'Auto top-up', key: 'a', icon: RefreshCcwDot },
  { href: '/app/alerts', title: 'Alerts and caps', key: 'l', icon: BellRing },
  { href: '/app/limits', title: 'Limits', key: 'i', icon: SlidersHorizontal },
  { href: '/app/cases', title: 'Cases', key: 'x', icon: ClipboardList },
  { href: '/app/keys', title: 'API keys', key: 'k', icon: KeyRound },
  { href: '/app/webhooks', title: 'Webhooks', key: 'w', icon: Webhook },
  { href: '/app/team', title: 'Team', key: 'm', icon: Users },
  { href: '/app/settings', title: 'Settings', key: 's', icon: Settings },
] as const

export const isPlace = (path: string, href: string): boolean =>
  href === '/app' ? path === href : path === href || path.startsWith(`${href}/`)
