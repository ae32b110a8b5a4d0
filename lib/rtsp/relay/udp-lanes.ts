import type { Socket as UdpSocket } from 'node:dgram';
import { isIP, type Socket } from 'node:net';
import { plainAddress } from '#lib/runtime/addresses.ts';
import { openUdpPair, type UdpPair } from '../server/udp-pair.ts';

/**
 * The tracks of a relay that use UDP: packets from the server are passed to the client, and reports of the client to
 * the server.
 */
export interface UdpLanes {
  /** Gives the Transport header for the server that replaces the client's; undefined if no ports are free. */
  offer(transport: string, server: Socket): Promise<string | undefined>;
  /** Gives the Transport header for the client that replaces the server's answer to that offer. */
  answer(transport: string): string;
  close(): void;
}

interface Lane {
  track: number;
  clientPorts: [rtp: number, rtcp: number];
  /** Towards the server. */
  outer: UdpPair;
  /** Towards the client, on loopback. */
  inner: UdpPair;
  serverAddress: string;
}

const LOOPBACK = '127.0.0.1';
const CLIENT_PORTS = /\bclient_port=(\d{1,5})(?:-(\d{1,5}))?/i;
const SERVER_PORTS = /\bserver_port=(\d{1,5})(?:-(\d{1,5}))?/i;

/** Opens the lanes; `onPacket` is called for each packet of media. */
export function openUdpLanes(onPacket: (track: number) => void): UdpLanes {
  const lanes: Lane[] = [];
  return {
    async offer(transport, server) {
      const outer = await openUdpPair(plainAddress(server.localAddress));
      const inner = outer && (await openUdpPair(LOOPBACK));
      if (!inner) {
        outer?.close();
        return undefined;
      }
      const serverAddress = plainAddress(server.remoteAddress);
      lanes.push({ track: lanes.length, clientPorts: portsIn(transport, CLIENT_PORTS), outer, inner, serverAddress });
      return transport.replace(CLIENT_PORTS, `client_port=${outer.port}-${outer.port + 1}`);
    },
    answer(transport) {
      const lane = lanes.at(-1);
      if (!lane) return transport;
      const source = /\bsource=([^;\s]+)/i.exec(transport)?.[1];
      if (source && isIP(source)) lane.serverAddress = source;
      const [serverRtp, serverRtcp] = portsIn(transport, SERVER_PORTS);
      const [rtp, rtcp] = lane.clientPorts;
      join(lane, lane.outer.rtp, lane.inner.rtp, rtp, serverRtp, () => onPacket(lane.track));
      join(lane, lane.outer.rtcp, lane.inner.rtcp, rtcp, serverRtcp, () => undefined);
      const own = `${lane.inner.port}-${lane.inner.port + 1}`;
      return `RTP/AVP/UDP;unicast;client_port=${rtp}-${rtcp};server_port=${own}`;
    },
    close() {
      for (const { outer, inner } of lanes.splice(0)) {
        outer.close();
        inner.close();
      }
    },
  };
}

function portsIn(transport: string, names: RegExp): [rtp: number, rtcp: number] {
  const [, rtp = '0', rtcp] = names.exec(transport) ?? [];
  return [Number(rtp), Number(rtcp ?? Number(rtp) + 1)];
}

/** Passes packets on in both directions. Only packets from the server's address and from loopback are accepted. */
function join(
  lane: Lane,
  outer: UdpSocket,
  inner: UdpSocket,
  clientPort: number,
  serverPort: number,
  onPacket: () => void,
): void {
  outer.on('message', (packet, from) => {
    if (from.address !== lane.serverAddress) return;
    onPacket();
    transmit(inner, packet, clientPort, LOOPBACK);
  });
  inner.on('message', (packet) => transmit(outer, packet, serverPort, lane.serverAddress));
}

function transmit(socket: UdpSocket, packet: Buffer, port: number, address: string): void {
  if (port < 1 || port > 65_535) return;
  try {
    socket.send(packet, port, address, () => undefined);
  } catch {
    // The socket was closed a moment ago.
  }
}
