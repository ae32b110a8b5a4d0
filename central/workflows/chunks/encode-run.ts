import { shownTicks } from '@amphi/lib/media/groups/mp4-index.ts';
import type { Writable } from 'node:stream';
import { isImpossible, type Impossible } from '@amphi/lib/media/groups/byte-source.ts';
import { openFmp4 } from '@amphi/lib/media/fmp4.ts';
import { sizeOfSps } from '@amphi/lib/media/h264.ts';
import { TICKS_PER_SECOND, type Packet, type VideoParameters } from '@amphi/lib/media/packet.ts';
import { openTsDemux } from '@amphi/lib/media/ts-demux.ts';
import { startChild } from '@amphi/lib/runtime/processes/child.ts';
import { written } from '@amphi/lib/runtime/processes/written.ts';
import type { ChunkOutput } from './plan/chunk-output.ts';
import type { Film } from './film/film.ts';
import {
  outputPictures,
  partOf,
  pieceDigest,
  usualRate,
  type OutputPictures,
  type Part,
} from './plan/output-pictures.ts';
import { FIRST_FD, OFFSET_S, runArgv, type RunOutput } from './run-argv.ts';

/** Groups that follow each other, and what is made of them. */
export interface Run {
  /** Number of the first group, and how many there are. */
  first: number;
  count: number;
  outputs: readonly ChunkOutput[];
  /** Only a part of the pictures of the one group, for each output. */
  parts?: readonly Part[] | undefined;
}

/** A piece of a result: the pictures that come from one group, as a fragment of its own whose time begins at 0. */
export interface Piece {
  digest: Buffer;
  /** `moof` and `mdat`. */
  fragment: Buffer;
  pictures: number;
  /** How long it lasts, in ticks of 90 kHz. */
  ticks: number;
}

/** What a run made for one output. */
export interface Encoded {
  parameters: VideoParameters;
  pieces: readonly Piece[];
}

/** Niceness of the encoder: live pictures come first. */
const NICENESS = 10;

/**
 * Decodes a run of groups once and encodes it for all its outputs. Every picture is counted: in words what is wrong if
 * one is missing, repeated or at a wrong time. Rejects when it is aborted.
 */
export async function encodeRun(
  ffmpeg: string,
  film: Film,
  run: Run,
  signal?: AbortSignal,
): Promise<Encoded[] | Impossible> {
  signal?.throwIfAborted();
  const wanted = run.outputs.map((output, n) => wantedOf(film, run, output, run.parts?.[n]));
  const child = startChild({
    command: ffmpeg,
    argv: runArgv(wanted.map(({ run: one }) => one)),
    niceness: NICENESS,
    feeds: [0],
    takes: run.outputs.map((_, n) => FIRST_FD + n),
  });
  const stop = (): void => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop);
  try {
    const taken = wanted.map((_, n) => takePackets(child.take(FIRST_FD + n)));
    const digests = await feed(child.feed(0), film, run);
    const [death, ...streams] = await Promise.all([child.died, ...taken]);
    signal?.throwIfAborted();
    if (isImpossible(digests)) return digests;
    if (death.code !== 0) return { why: `FFmpeg could not encode it: ${death.reason}` };
    return all(streams.map((stream, n) => encodedOf(stream, wanted[n]!, digests)));
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    await child.died;
  }
}

const all = (found: readonly (Encoded | Impossible)[]): Encoded[] | Impossible => {
  const bad = found.find(isImpossible);
  return bad ?? (found as Encoded[]);
};

/** What is asked for of an output: its arguments, and the pictures of each piece. */
interface Wanted {
  run: RunOutput;
  pieces: readonly (OutputPictures & { nameOf: (digest: Buffer) => Buffer })[];
}

function wantedOf(film: Film, { first, count }: Run, output: ChunkOutput, part: Part | undefined): Wanted {
  const filmRate = usualRate(film.groups);
  const pieces = film.groups.slice(first, first + count).map((group) => {
    const piece = partOf(outputPictures(group, output.rate), part);
    const nameOf = (digest: Buffer): Buffer => pieceDigest(digest, group, output.rate ?? filmRate, piece, part);
    return { ...piece, nameOf };
  });
  const total = pieces.reduce((sum, { ticks }) => sum + ticks.length, 0);
  const from = part?.from ?? 0;
  const keyTicks = pieces.flatMap(({ ticks }) => ticks.slice(0, 1));
  return { run: { output, filmRate, from, to: from + total, keyTicks }, pieces };
}

/** Feeds the groups of a run, and the first picture after them: what is shown last lasts until then. Gives their digests. */
async function feed(into: Writable, film: Film, { first, count }: Run): Promise<Buffer[] | Impossible> {
  const [sps, pps] = [film.config.sps[0]!, film.config.pps[0]!];
  const video: VideoParameters = { codec: 'h264', sps, pps, ...sizeOfSps(sps) };
  const leadTicks = leadOf(film, first, count + 1);
  const writer = openFmp4({ video }, { startTicks: 0, leadTicks });
  const digests: Buffer[] = [];
  await written(into, writer.init());
  try {
    for (const [n, group] of film.groups.slice(first, first + count + 1).entries()) {
      const units = await film.unitsOfGroup(group);
      if (isImpossible(units)) return n < count ? units : digests;
      const packets = packetsOf(film, group, units.pictures, leadTicks);
      if (n === count) await written(into, writer.fragment(packets.slice(0, 1)));
      else {
        digests.push(units.digest);
        await written(into, writer.fragment(packets, { videoDtsTicks: group.endTicks - leadTicks }));
      }
    }
    return digests;
  } finally {
    into.end();
  }
}

/** Ticks by which pictures have to be decoded earlier than in the order of showing: above 0 if there are B-frames. */
function leadOf(film: Film, first: number, count: number): number {
  let lead = 0;
  for (const group of film.groups.slice(first, first + count)) {
    for (const [n, ticks] of group.pictures.entries())
      lead = Math.max(lead, ticks - shownTicks(film.video, group.first + n));
  }
  return lead;
}

/**
 * The pictures of a group as packets. Their decoding times are the group's times of showing, in order, and earlier by
 * the lead: so groups join without gaps.
 */
const packetsOf = (
  film: Film,
  group: Film['groups'][number],
  pictures: readonly (readonly Buffer[])[],
  leadTicks: number,
): Packet[] =>
  pictures.map((units, n) => ({
    track: 'video',
    ptsTicks: shownTicks(film.video, group.first + n),
    dtsTicks: group.pictures[n]! - leadTicks,
    key: n === 0,
    units,
    ts: EMPTY,
  }));

const EMPTY = Buffer.alloc(0);

/** Coded pictures of one output, and its parameter sets: several if they changed on the way. */
interface Taken {
  packets: Packet[];
  parameters: VideoParameters[];
}

async function takePackets(stream: AsyncIterable<Buffer>): Promise<Taken> {
  const taken: Taken = { packets: [], parameters: [] };
  const demux = openTsDemux(
    {
      onPacket: (packet) =>
        taken.packets.push({ ...packet, units: packet.units.map((unit) => Buffer.from(unit)), ts: EMPTY }),
      onParameters: ({ video }) => video && taken.parameters.push(video),
    },
    OFFSET_S * TICKS_PER_SECOND,
  );
  for await (const chunk of stream) demux.write(chunk);
  demux.flush();
  return taken;
}

/** Ticks by which an encoder's time may be off, because of rounding. */
const ROUNDING = 2;

function encodedOf(
  { packets, parameters }: Taken,
  { run, pieces }: Wanted,
  digests: readonly Buffer[],
): Encoded | Impossible {
  const name = run.output.profile;
  const [first] = parameters;
  if (!first) return { why: `${name}: the encoder gave no pictures` };
  if (parameters.length > 1) return { why: `${name}: the encoder's parameter sets changed within a run` };
  const made: Piece[] = [];
  let at = 0;
  for (const [n, piece] of pieces.entries()) {
    const own = packets.slice(at, at + piece.ticks.length);
    at += own.length;
    const problem = whyNotPiece(own, piece.ticks);
    if (problem !== undefined)
      return { why: `${name}: ${problem} at ${((piece.ticks[0] ?? 0) / TICKS_PER_SECOND).toFixed(2)} s` };
    if (own.length > 0) made.push(pieceOf(own, piece, first, piece.nameOf(digests[n]!)));
  }
  if (at !== packets.length) return { why: `${name}: the encoder gave ${packets.length - at} pictures too many` };
  return { parameters: first, pieces: made };
}

function whyNotPiece(packets: readonly Packet[], ticks: readonly number[]): string | undefined {
  if (packets.length < ticks.length) return `the encoder left out ${ticks.length - packets.length} pictures`;
  if (packets.some(({ key }, n) => key !== (n === 0))) return 'a group does not begin with its one key picture';
  const shown = packets.map(({ ptsTicks }) => ptsTicks - OFFSET_S * TICKS_PER_SECOND).toSorted((a, b) => a - b);
  const wrong = shown.findIndex((time, n) => Math.abs(time - ticks[n]!) > ROUNDING);
  return wrong < 0 ? undefined : `picture ${wrong + 1} of a group has a wrong time`;
}

/** The fragment of a piece; its times begin at 0. */
function pieceOf(
  packets: readonly Packet[],
  { ticks, endTicks }: OutputPictures,
  video: VideoParameters,
  digest: Buffer,
): Piece {
  const begins = ticks[0]!;
  const exact = (ptsTicks: number): number => {
    const time = ptsTicks - OFFSET_S * TICKS_PER_SECOND;
    return ticks.find((one) => Math.abs(one - time) <= ROUNDING) ?? time;
  };
  const timed = packets.map((packet, n) => ({ ...packet, dtsTicks: ticks[n]!, ptsTicks: exact(packet.ptsTicks) }));
  const fragment = openFmp4({ video }, { startTicks: begins }).fragment(timed, { videoDtsTicks: endTicks });
  return { digest, fragment, pictures: packets.length, ticks: endTicks - begins };
}
