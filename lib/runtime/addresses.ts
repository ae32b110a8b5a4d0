import { isIP, isIPv6, type LookupFunction } from 'node:net';

/** An address without `::ffff:`, which dual-stack sockets put before IPv4 addresses; '' for a socket that is closed. */
export const plainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');

/** The network of an address. For IPv6 it is the /64, since one client usually has a whole one. */
export function networkOf(address: string): string {
  const bare = plainAddress(address).replace(/%.*$/, '');
  if (!isIPv6(bare)) return bare;
  const [head = '', tail] = bare.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0');
  return [...groups, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/**
 * Option `lookup` of a request or connection that goes to one address, which was checked before: looked up again, the name could
 * lead to another address a moment later.
 */
export const pinnedTo =
  (address: string): LookupFunction =>
  (_host, options, done) => {
    const family = isIP(address);
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
