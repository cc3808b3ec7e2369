import { Gauge, ListTree, Rows3 } from 'lucide-react'

/** Where a member of a customer may go, with the letter that goes there after `g`. */
export const PLACES = [
  { href: '/app', title: 'Overview', key: 'o', icon: Gauge },
  { href: '/app/decisions', title: 'Decisions', key: 'd', icon: ListTree },
  { href: '/app/usage', title: 'Usage', key: 'u', icon: Rows3 },
] as const

export const isPlace = (path: string, href: string): boolean =>
  href === '/app' ? path === href : path === href || path.startsWith(`${href}/`)
