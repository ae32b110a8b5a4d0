import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openPacketRing, type PacketRing } from '#lib/media/packet-ring.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import { openTsDemux } from '#lib/media/ts-demux.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { PATIENCE_MS } from './until.ts';

const LENGTH_S = 40;

/** A ring that carries 40 s of a test pattern with a tone, in real time. */
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

export async function encodedStream(ffmpeg: string): Promise<EncodedStream> {
  const path = join(tmpdir(), `amphi-live-${process.pid}.mpegts`);
  const { code, reason } = await runProgram(
    ffmpeg,
    [
      '-v',
      'error',
      '-y',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=320x180:r=15',
      '-f',
      'lavfi',
      '-i',
      'sine=r=48000',
      '-t',
      String(LENGTH_S),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '15',
      '-b:v',
      '200k',
      '-c:a',
      'aac',
      '-ac',
      '2',
      '-pes_payload_size',
      '0',
      '-muxdelay',
      '0',
      '-muxpreload',
      '0',
      '-f',
      'mpegts',
      path,
    ],
    { timeoutMs: PATIENCE_MS },
  );
  if (code !== 0) throw new Error(`no stream: ${reason}`);
  const packets: Packet[] = [];
  let parameters: StreamParameters = {};
  const demux = openTsDemux({
    onPacket: (one) => void packets.push(one),
    onParameters: (is) => void (parameters = is),
  });
  demux.write(readFileSync(path));
  demux.flush();
  await rm(path);
  return { packets: packets.toSorted((a, b) => a.dtsTicks - b.dtsTicks), parameters };
}
