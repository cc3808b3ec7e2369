/** Currencies that have no minor unit (ISO 4217). */
const WHOLE = new Set([
  'BIF',
  'CLP',
  'DJF',
  'GNF',
  'ISK',
  'JPY',
  'KMF',
  'KRW',
  'PYG',
  'RWF',
  'UGX',
  'VND',
  'VUV',
  'XAF',
  'XOF',
  'XPF',
])
const SIGNS: Readonly<Record<string, string>> = { EUR: '€', USD: '$', GBP: '£', JPY: '¥' }

/** Minor units as people write them: 1900 EUR -> "€19.00", 500 CHF -> "5.00 CHF". Exact. */
export function formatMoney(minor: bigint, currency: string): string {
  const size = minor < 0n ? -minor : minor
  const places = WHOLE.has(currency) ? 0 : 2
  const per = 10n ** BigInt(places)
  const whole = (size / per).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  const digits = places === 0 ? whole : `${whole}.${(size % per).toString().padStart(places, '0')}`
  const sign = SIGNS[currency]
  const minus = minor < 0n ? '\u2212' : ''
  return sign === undefined ? `${minus}${digits} ${currency}` : `${minus}${sign}${digits}`
}
