import { splitAdts } from './adts.ts';
import { NAL, nalType, sizeOfSps, splitAnnexB } from './h264.ts';
import type { AudioParameters, Packet, StreamParameters, VideoParameters } from './packet.ts';

const TS_BYTES = 188;
const SYNC = 0x47;
const STREAM_TYPE_AAC = 0x0f;
const STREAM_TYPE_H264 = 0x1b;
const PTS_WRAP = 2 ** 33;
/** Size of a PES packet in bytes, so that a damaged stream cannot fill the memory; a larger one is dropped. */
const MAX_PES_BYTES = 8 << 20;

/** A demultiplexer; made by `openTsDemux`. */
export interface TsDemux {
  /** Takes bytes of a transport stream, which may end anywhere. */
  write(chunk: Buffer): void;
  /** Gives the last picture, whose end is known only when another one follows. */
  flush(): void;
}

/** Calls of a demultiplexer to its owner. */
export interface TsDemuxEvents {
  onPacket(packet: Packet): void;
  /** Called when the parameters are known, and whenever they change. */
  onParameters(parameters: StreamParameters): void;
}

interface Pes {
  kind: 'video' | 'audio';
  chunks: Buffer[];
  raw: Buffer[];
  bytes: number;
  /** Length that the PES header announces; 0: it ends where the next one begins. */
  expected: number;
}

/**
 * Splits FFmpeg's MPEG-TS of one H.264 stream and at most one AAC stream (ISO 13818-1) into packets as they arrive.
 * `nearTicks` is a time stamp near the first one, which shows how often the 33 bits have wrapped.
 */
export function openTsDemux(events: TsDemuxEvents, nearTicks = 0): TsDemux {
  const kinds = new Map<number, 'video' | 'audio'>();
  const open = new Map<number, Pes>();
  let pmtPid = -1;
  let tables: Buffer[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let lastTicks = nearTicks;
  let video: VideoParameters | undefined;
  let audio: AudioParameters | undefined;

  const unwrap = (ticks: number): number => ticks + Math.round((lastTicks - ticks) / PTS_WRAP) * PTS_WRAP;

  const learnVideo = (units: readonly Buffer[]): void => {
    const sps = units.find((unit) => nalType(unit) === NAL.sps);
    const pps = units.find((unit) => nalType(unit) === NAL.pps);
    if (!sps || !pps || (video?.sps.equals(sps) && video.pps.equals(pps))) return;
    video = { codec: 'h264', sps: Buffer.from(sps), pps: Buffer.from(pps), ...sizeOfSps(sps) };
    tellParameters();
  };

  const learnAudio = (config: Buffer, sampleRateHz: number, channels: number): void => {
    if (audio?.config.equals(config)) return;
    audio = { codec: 'aac', config, sampleRateHz, channels };
    tellParameters();
  };

  const expectsAudio = (): boolean => [...kinds.values()].includes('audio');
  const tellParameters = (): void => {
    if (video && (audio || !expectsAudio())) events.onParameters({ video, ...(audio ? { audio } : {}) });
  };

  const finish = (pes: Pes): void => {
    const body = Buffer.concat(pes.chunks);
    if (body.length < 9 || body.readUIntBE(0, 3) !== 1) return;
    const flags = (body[7] ?? 0) >> 6;
    const data = body.subarray(9 + (body[8] ?? 0));
    if ((flags & 2) === 0 || body.length < 14) return;
    const pts = unwrap(readTimestamp(body, 9));
    const dts = flags === 3 && body.length >= 19 ? unwrap(readTimestamp(body, 14)) : pts;
    lastTicks = dts;
    const ts = Buffer.concat(pes.raw);
    if (pes.kind === 'video') emitVideo(data, pts, dts, ts);
    else emitAudio(data, pts, ts);
  };

  const emitVideo = (data: Buffer, ptsTicks: number, dtsTicks: number, ts: Buffer): void => {
    const units = splitAnnexB(data).filter((unit) => nalType(unit) !== NAL.delimiter);
    const key = units.some((unit) => nalType(unit) === NAL.idr);
    if (key) learnVideo(units);
    events.onPacket({ track: 'video', ptsTicks, dtsTicks, key, units, ts: key ? Buffer.concat([...tables, ts]) : ts });
  };

  const emitAudio = (data: Buffer, ptsTicks: number, ts: Buffer): void => {
    let ticks = ptsTicks;
    let bytes = ts;
    for (const frame of splitAdts(data)) {
      learnAudio(frame.config, frame.sampleRateHz, frame.channels);
      events.onPacket({ track: 'audio', ptsTicks: ticks, dtsTicks: ticks, key: false, units: [frame.data], ts: bytes });
      ticks += (1024 * 90_000) / frame.sampleRateHz;
      bytes = Buffer.alloc(0);
    }
  };

  const readTables = (pid: number, packet: Buffer, payload: Buffer): void => {
    if (pid === 0) {
      tables = [packet];
      pmtPid = pmtPidOf(payload) ?? pmtPid;
      return;
    }
    tables = [...tables.slice(0, 1), packet];
    for (const [stream, type] of streamsOf(payload)) {
      if (type === STREAM_TYPE_H264) kinds.set(stream, 'video');
      if (type === STREAM_TYPE_AAC) kinds.set(stream, 'audio');
    }
  };

  const readPacket = (packet: Buffer): void => {
    const pid = packet.readUInt16BE(1) & 0x1fff;
    const start = ((packet[1] ?? 0) & 0x40) !== 0;
    const adaptation = ((packet[3] ?? 0) >> 4) & 3;
    const offset = 4 + ((adaptation & 2) !== 0 ? 1 + (packet[4] ?? 0) : 0);
    if ((adaptation & 1) === 0 || offset >= TS_BYTES) return;
    const payload = packet.subarray(offset);
    if (pid === 0 || pid === pmtPid) return readTables(pid, packet, payload);
    const kind = kinds.get(pid);
    if (kind) collect(pid, kind, start, packet, payload);
  };

  const collect = (pid: number, kind: 'video' | 'audio', start: boolean, packet: Buffer, payload: Buffer): void => {
    let pes = open.get(pid);
    if (start) {
      if (pes) finish(pes);
      const announced = payload.length >= 6 ? payload.readUInt16BE(4) : 0;
      pes = { kind, chunks: [], raw: [], bytes: 0, expected: announced === 0 ? 0 : announced + 6 };
      open.set(pid, pes);
    }
    if (!pes || pes.bytes > MAX_PES_BYTES) return;
    pes.chunks.push(payload);
    pes.raw.push(packet);
    pes.bytes += payload.length;
    if (pes.expected > 0 && pes.bytes >= pes.expected) {
      open.delete(pid);
      finish(pes);
    }
  };

  return {
    write(chunk) {
      const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let at = 0;
      while (at + TS_BYTES <= data.length) {
        if (data[at] !== SYNC) {
          at++;
          continue;
        }
        readPacket(data.subarray(at, at + TS_BYTES));
        at += TS_BYTES;
      }
      rest = data.subarray(at);
    },
    flush() {
      for (const pes of open.values()) finish(pes);
      open.clear();
    },
  };
}

/** Reads a time stamp of 33 bits from a PES header (ISO 13818-1, 2.4.3.6). */
function readTimestamp(data: Buffer, at: number): number {
  const high = ((data[at] ?? 0) >> 1) & 7;
  return high * 2 ** 30 + (data.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (data.readUInt16BE(at + 3) >> 1);
}

function pmtPidOf(payload: Buffer): number | undefined {
  const at = 1 + (payload[0] ?? 0) + 8;
  return at + 4 <= payload.length ? payload.readUInt16BE(at + 2) & 0x1fff : undefined;
}

/** PID and stream type of each stream in a program map table. */
function* streamsOf(payload: Buffer): Generator<[number, number]> {
  const table = payload.subarray(1 + (payload[0] ?? 0));
  if (table.length < 12) return;
  const end = Math.min(table.length, 3 + (table.readUInt16BE(1) & 0xfff) - 4);
  for (let at = 12 + (table.readUInt16BE(10) & 0xfff); at + 5 <= end;) {
    yield [table.readUInt16BE(at + 1) & 0x1fff, table[at] ?? 0];
    at += 5 + (table.readUInt16BE(at + 3) & 0xfff);
  }
}
