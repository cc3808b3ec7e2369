/** Where to go after sign-in: a path of ours, or the default. Anything that could lead to another site is refused. */
export function pathOnly(wanted: string | null | undefined, otherwise: string): string {
  if (typeof wanted !== 'string' || wanted.length > 500) return otherwise
  const ours = /^\/(app|admin|support|sandbox|invite)(\/[\w\-./~]*)?(\?[\w\-.~%&=]*)?$/.test(wanted)
  return ours && !wanted.includes('//') && !wanted.includes('..') ? wanted : otherwise
}
