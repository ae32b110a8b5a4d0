import { isIPv4 } from 'node:net';
import type { View } from './world.ts';

/**
 * The facts of the box with the address that this session's client reached. For a serial line, and for clients on the
 * machine itself, it is an address that the box listens on; if it listens on all, the machine's first one.
 */
export function reachedAt(view: View, localAddress: string | undefined): View {
  const { network, addresses, listens } = view.facts;
  const isReached = localAddress !== undefined && isIPv4(localAddress) && !localAddress.startsWith('127.');
  const address = isReached ? localAddress : (listens.find(isIPv4) ?? network.address);
  if (address === network.address) return view;
  const { mask, prefix } = addresses.find((one) => one.address === address) ?? network;
  return { ...view, facts: { ...view.facts, network: { ...network, address, mask, prefix } } };
}
