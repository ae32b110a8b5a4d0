import { isIPv4 } from 'node:net';
import type { View } from './world.ts';

/**
 * What a session is told of the box: its address is the one that the client reached. Of a serial line and of the machine
 * itself it is one that is listened on; if that is every address, the one of the machine.
 */
export function reachedAt(view: View, localAddress: string | undefined): View {
  const { network, addresses, listens } = view.facts;
  const isReached = localAddress !== undefined && isIPv4(localAddress) && !localAddress.startsWith('127.');
  const address = isReached ? localAddress : (listens.find(isIPv4) ?? network.address);
  if (address === network.address) return view;
  const { mask, prefix } = addresses.find((one) => one.address === address) ?? network;
  return { ...view, facts: { ...view.facts, network: { ...network, address, mask, prefix } } };
}
