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
import type { Outputs } from '../trpc/client.tsx'

export type May = Outputs['access']['frame']['customer']['viewer']['may']

/** Where members of a customer may go, with the letter that goes there after `g`, and what one has to be allowed there. */
const PLACES = [
  { href: '/app', title: 'Overview', key: 'o', needs: 'access.read', icon: Gauge },
  { href: '/app/decisions', title: 'Decisions', key: 'd', needs: 'access.read', icon: ListTree },
  { href: '/app/usage', title: 'Usage', key: 'u', needs: 'access.read', icon: Rows3 },
  { href: '/app/credits', title: 'Credits', key: 'c', needs: 'access.read', icon: Coins },
  { href: '/app/purchases', title: 'Purchases', key: 'p', needs: 'access.read', icon: Receipt },
  { href: '/app/auto-top-up', title: 'Auto top-up', key: 'a', needs: 'credits.buy', icon: RefreshCcwDot },
  { href: '/app/alerts', title: 'Alerts and caps', key: 'l', needs: 'alert.manage', icon: BellRing },
  { href: '/app/limits', title: 'Limits', key: 'i', needs: 'access.read', icon: SlidersHorizontal },
  { href: '/app/cases', title: 'Cases', key: 'x', needs: 'case.open', icon: ClipboardList },
  { href: '/app/keys', title: 'API keys', key: 'k', needs: 'key.read', icon: KeyRound },
  { href: '/app/webhooks', title: 'Webhooks', key: 'w', needs: 'webhook.manage', icon: Webhook },
  { href: '/app/team', title: 'Team', key: 'm', needs: 'team.read', icon: Users },
  { href: '/app/settings', title: 'Settings', key: 's', needs: 'access.read', icon: Settings },
] as const satisfies readonly { readonly needs: May[number]; readonly [more: string]: unknown }[]

/** The places of somebody who is allowed this. The others answer too, with who may use them, but nobody is led there. */
export const placesFor = (may: May) => PLACES.filter(({ needs }) => may.includes(needs))

export const isPlace = (path: string, href: string): boolean =>
  href === '/app' ? path === href : path === href || path.startsWith(`${href}/`)
