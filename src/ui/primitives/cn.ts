/**
 * Joins class names. Two that set the same property are both kept, and the order of the style sheet decides: so a
 * component that is meant to look otherwise somewhere has a variant for it.
 */
export { clsx as cn } from 'clsx'
