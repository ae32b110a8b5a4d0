import { randomFillSync, randomInt } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** The network between encoder and server, packet by packet. */
export interface Wire {
  readonly port: number;
  set(state: WireState): void;
  close(): Promise<void>;
}

/** The state of the network. */
export interface WireState {
  delayMs: number;
  lossPercent: number;
  /** Whether the contents of RTP are random. */
  noise: boolean;
}

/** Opens a loopback port for an encoder that publishes by RTSP over TCP to `behind`. */
export async function openWire(behind: { host: string; port: number }): Promise<Wire> {
  let state: WireState = { delayMs: 0, lossPercent: 0, noise: false };
  const sockets = new Set<Socket>();
  const listener = createServer((encoder) => {
    const server = connect({ ...behind, noDelay: true });
    const delay = openDelay((unit) => void (server.writable && server.write(unit)));
    const cut = openCutter();
    encoder.on('data', (chunk: Buffer) => {
      for (const unit of cut(chunk)) {
        const kept = pass(unit, state);
        if (kept) delay.push(kept, state.delayMs);
      }
    });
    server.on('data', (chunk: Buffer) => encoder.write(chunk));
    for (const [one, other] of [
      [encoder, server],
      [server, encoder],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
        delay.close();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    set: (next) => void (state = next),
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

const DOLLAR = 0x24;
/**
 * Number of bytes at the front of a packet that noise does not change: interleaving, RTP header, and the kind of unit,
 * so that noise makes no parameter sets.
 */
const KEPT_BYTES = 4 + 12 + 3;

/** Passes requests unchanged; media packets pass, are spoilt or are dropped. Undefined for a dropped one. */
function pass(unit: Buffer, { lossPercent, noise }: WireState): Buffer | undefined {
  if (unit[0] !== DOLLAR) return unit;
  if (lossPercent > 0 && randomInt(10_000) < lossPercent * 100) return undefined;
  const isRtp = ((unit[1] as number) & 1) === 0;
  if (noise && isRtp && unit.length > KEPT_BYTES) return randomFillSync(Buffer.from(unit), KEPT_BYTES);
  return unit;
}

/** Cuts the stream into RTSP messages and interleaved packets (RFC 2326, 10.12). Anything else passes unchanged. */
export function openCutter(): (chunk: Buffer) => Buffer[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const units: Buffer[] = [];
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    for (let length = lengthOf(rest); length > 0 && length <= rest.length; length = lengthOf(rest)) {
      units.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    return units;
  };
}

const MAX_MESSAGE = 64 << 10;

/** Bytes of the first unit; 0 while that is not known. */
function lengthOf(bytes: Buffer): number {
  if (bytes[0] === DOLLAR) return bytes.length < 4 ? 0 : 4 + bytes.readUInt16BE(2);
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return bytes.length > MAX_MESSAGE ? bytes.length : 0;
  const body = /^content-length:\s*(\d{1,5})\s*$/im.exec(bytes.toString('latin1', 0, end));
  return end + 4 + Number(body?.[1] ?? 0);
}

const MAX_WAITING_BYTES = 64 << 20;

/** Passes units on in order, each with its own delay. */
function openDelay(send: (unit: Buffer) => void) {
  const waiting: { dueMs: number; unit: Buffer }[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const work = (): void => {
    timer = undefined;
    while (waiting[0] && waiting[0].dueMs <= performance.now()) {
      const { unit } = waiting.shift() as { unit: Buffer };
      bytes -= unit.length;
      send(unit);
    }
    if (waiting[0]) timer = setTimeout(work, Math.max(1, waiting[0].dueMs - performance.now()));
  };
  return {
    push(unit: Buffer, delayMs: number): void {
      if (delayMs <= 0 && waiting.length === 0) {
        send(unit);
        return;
      }
      if (bytes > MAX_WAITING_BYTES) return;
      bytes += unit.length;
      waiting.push({ unit, dueMs: performance.now() + delayMs });
      timer ??= setTimeout(work, delayMs);
    },
    close(): void {
      clearTimeout(timer);
      waiting.length = 0;
    },
  };
}
