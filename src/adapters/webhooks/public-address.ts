import ipaddr from 'ipaddr.js'

/**
 * Is this an address of the public internet? Everything else is refused: loopback, link-local, private, carrier-grade
 * NAT, reserved, multicast, and every IPv6 address that carries an IPv4 one inside (mapped, 6to4, Teredo, NAT64), since
 * where that one leads is decided elsewhere.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false
  return ipaddr.parse(text).range() === 'unicast'
}

/** The address that a URL's host is, without brackets; null when it is a name. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return ipaddr.isValid(bare) ? bare : null
}
