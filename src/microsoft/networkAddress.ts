import ipaddr from 'ipaddr.js';

/** The only IPv6 addresses that are given out for the public network. IANA, IPv6 Global Unicast Address Assignments. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/** How a network without IPv4 writes public IPv4 addresses. RFC 6052; its local sibling 64:ff9b:1::/48 wraps private ones. */
const wellKnownNat64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');

/** Azure's own agent answers there, inside every virtual machine, on an address that looks public. */
const azureHostAgent = '168.63.129.16';

/**
 * Whether an address is one of the public network's: no loopback, link-local (cloud metadata), private, carrier-grade NAT, multicast, reserved,
 * unspecified or documentation address, and no IPv6 address that wraps one. 6to4 and Teredo are refused whatever they wrap.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  return address instanceof ipaddr.IPv6 ? isPublicV6(address) : isPublicV4(address);
}

/** Whether an address is this machine's own: 127.0.0.0/8 or ::1. */
export function isLoopbackAddress(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback';
}

function isPublicV4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && address.toString() !== azureHostAgent;
}

function isPublicV6(address: ipaddr.IPv6): boolean {
  if (address.isIPv4MappedAddress()) return isPublicV4(address.toIPv4Address());
  if (address.match(wellKnownNat64)) return isPublicV4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  return address.range() === 'unicast' && address.match(globalUnicast);
}
