const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/HeadlessChrome\//, 'Headless Chrome'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

const first = (agent: string, among: readonly (readonly [RegExp, string])[]) =>
  among.find(([sign]) => sign.test(agent))?.[1]

/** What people call the program that a browser says it is. */
export function agentName(agent: string): string {
  const [browser, system] = [first(agent, BROWSERS), first(agent, SYSTEMS)]
  if (browser === undefined) return 'Another program'
  return system === undefined ? browser : `${browser} on ${system}`
}

export const isPhone = (agent: string): boolean => /Mobile|iPhone|Android/.test(agent)
