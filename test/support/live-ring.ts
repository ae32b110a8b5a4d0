import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { openPacketRing, type PacketRing } from '#lib/media/packet-ring.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import { openTsDemux } from '#lib/media/ts-demux.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { madeOnce } from './made-once.ts';
import { PATIENCE_MS } from './until.ts';

/** Length of the stream in seconds; it must not end while a test still waits (two minutes) for a late target. */
const LENGTH_S = 200;

/** Starts a ring that carries a test pattern with a tone, in real time. */
export function startLiveRing(test: Pick<TestContext, 'after'>, { packets, parameters }: EncodedStream): PacketRing {
  const ring = openPacketRing();
  ring.setParameters(parameters);
  const startMs = performance.now();
  let next = 0;
  const timer = setInterval(() => {
    for (;;) {
      const packet = packets[next];
      if (!packet || packet.dtsTicks > (performance.now() - startMs) * 90) return;
      ring.push(packet);
      next++;
    }
  }, 15);
  test.after(() => clearInterval(timer));
  return ring;
}

export interface EncodedStream {
  packets: Packet[];
  parameters: StreamParameters;
}

/** The stream of a live ring, encoded once on a machine. */
export async function encodedStream(ffmpeg: string): Promise<EncodedStream> {
  const path = await madeOnce(`live-${LENGTH_S}-1.mpegts`, (made) => encode(ffmpeg, made));
  const packets: Packet[] = [];
  let parameters: StreamParameters = {};
  const demux = openTsDemux({
    onPacket: (one) => void packets.push(one),
    onParameters: (is) => void (parameters = is),
  });
  demux.write(readFileSync(path));
  demux.flush();
  return { packets: packets.toSorted((a, b) => a.dtsTicks - b.dtsTicks), parameters };
}

async function encode(ffmpeg: string, path: string): Promise<void> {
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=15', '-f', 'lavfi', '-i', 'sine=r=48000'];
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-b:v', '200k'];
  const audio = ['-c:a', 'aac', '-ac', '2'];
  const target = ['-pes_payload_size', '0', '-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts', path];
  const length = ['-t', String(LENGTH_S)];
  const { code, reason } = await runProgram(
    ffmpeg,
    ['-v', 'error', '-y', ...sources, ...length, ...video, ...audio, ...target],
    { timeoutMs: PATIENCE_MS },
  );
  if (code !== 0) throw new Error(`no stream: ${reason}`);
}
