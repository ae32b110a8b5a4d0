/** A live stream that is sent to a multicast group while at least one player has asked for it. */
import { isIPv6 } from 'node:net';
import type { LiveStream, MulticastGroup } from './live-stream.ts';
import { openPlayer, udpOutlet, type Player } from './player.ts';
import { bindUdp, closeQuietly, connectUdp } from './udp-pair.ts';
import { openUdpSender, type UdpLane } from './udp-sender.ts';

/** The sender of one stream to its multicast group. */
export interface MulticastFeed {
  player: Player;
  close(): void;
}

/**
 * Opens one sender for all members. The first member gets the ring; later ones begin at the next key picture, since
 * what is sent to them goes to all. Undefined if the sockets cannot be opened.
 */
export async function openMulticastFeed(
  stream: LiveStream,
  group: MulticastGroup,
  localAddress: string,
): Promise<MulticastFeed | undefined> {
  const lanes = new Map<number, UdpLane>();
  const close = (): void => lanes.forEach(closeLane);
  for (let track = 0; track < stream.trackCount(); track += 1) {
    const lane = await openLane(group, track, localAddress);
    if (!lane) {
      close();
      return undefined;
    }
    lanes.set(track, lane);
  }
  const sender = openUdpSender(lanes);
  const player = openPlayer(udpOutlet(sender), stream.fanOut);
  stream.fanOut.join(player, stream.start().reports);
  return {
    player,
    close() {
      stream.fanOut.leave(player);
      sender.close();
      close();
    },
  };
}

/** The RTP port of a track in a group. */
export const multicastPort = (group: MulticastGroup, track: number): number => group.port + track * 2;

async function openLane(group: MulticastGroup, track: number, localAddress: string): Promise<UdpLane | undefined> {
  const port = multicastPort(group, track);
  const rtp = await openSender(group, port, localAddress);
  const rtcp = rtp && (await openSender(group, port + 1, localAddress));
  if (rtp && rtcp) return { rtp, rtcp };
  if (rtp) closeQuietly(rtp);
  return undefined;
}

async function openSender(
  group: MulticastGroup,
  port: number,
  localAddress: string,
): Promise<UdpLane['rtp'] | undefined> {
  const isV6 = isIPv6(group.address);
  const card = group.interface ?? (isIPv6(localAddress) === isV6 ? localAddress : undefined);
  const socket = await bindUdp(isV6 ? '::' : (card ?? '0.0.0.0'), 0);
  if (!socket) return undefined;
  const isReady =
    prepare(socket, group, isV6 ? group.interface : card) && (await connectUdp(socket, port, group.address));
  if (isReady) return socket;
  closeQuietly(socket);
  return undefined;
}

/** Prepares a socket for the group; false if the system refuses, as for a missing card or a wrong address. */
function prepare(socket: UdpLane['rtp'], group: MulticastGroup, card: string | undefined): boolean {
  try {
    socket.setMulticastTTL(group.ttl);
    socket.setMulticastLoopback(true);
    if (card) socket.setMulticastInterface(card);
    return true;
  } catch {
    return false;
  }
}

function closeLane(lane: UdpLane): void {
  closeQuietly(lane.rtp);
  closeQuietly(lane.rtcp);
}
