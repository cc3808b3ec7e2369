import { type ClassValue, clsx } from 'clsx'
import { extendTailwindMerge } from 'tailwind-merge'

/** Our own text sizes are sizes, not colours: without this the later of `text-13 text-ink` would win over the other. */
const merge = extendTailwindMerge({ extend: { classGroups: { 'font-size': [{ text: ['2xs', '13'] }] } } })

export const cn = (...inputs: ClassValue[]): string => merge(clsx(inputs))
