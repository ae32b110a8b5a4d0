import type { TestContext } from 'node:test';
import { readdir, readFile } from 'node:fs/promises';
import { factoryWanted } from '#agent/device/initial-state.ts';
import type { InputSeen, InputSource, StreamName, Wanted } from '#agent/device/state.ts';
import { startEngine, type Engine, type EngineFact } from '#agent/media/engine.ts';
import type { Packet } from '#lib/media/packet.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { findFfmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { layoutOf } from '#firmware-config/factory/layout-presets.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openRenderer } from '#overlays/render.ts';
import { madeOnce } from './made-once.ts';
import { PATIENCE_MS, until } from './until.ts';

/** Clips for sources: a white flash and a beep at every full second, and plain greys. */
const CLIPS = {
  flashes: [
    '-f',
    'lavfi',
    '-i',
    `color=black:s=640x360:r=30,drawbox=color=white:t=fill:enable='lt(mod(t,1),0.1)'`,
    '-f',
    'lavfi',
    '-i',
    `aevalsrc='if(lt(mod(t,1),0.1),0.5*sin(2*PI*1000*t),0)':s=48000`,
    '-t',
    '30',
  ],
  light: ['-f', 'lavfi', '-i', 'color=0xc8c8c8:s=640x360:r=15', '-f', 'lavfi', '-i', 'anullsrc=r=48000', '-t', '5'],
  dark: ['-f', 'lavfi', '-i', 'color=0x303030:s=640x360:r=15', '-t', '5'],
} as const;

/** Path of a clip; it is made once and kept for the next test. */
export const clip = (name: keyof typeof CLIPS, ffmpeg: string): Promise<string> =>
  madeOnce(`${name}-1.mkv`, async (path) => {
    const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '12', '-g', '15', '-c:a', 'pcm_s16le'];
    const { code, reason } = await runProgram(ffmpeg, ['-v', 'error', '-y', ...CLIPS[name], ...codecs, path], {
      timeoutMs: PATIENCE_MS,
    });
    if (code !== 0) throw new Error(`the clip ${name} cannot be made: ${reason}`);
  });

export interface EngineRig {
  ffmpeg: string;
  engine: Engine;
  facts: EngineFact[];
  /** Everything that the archive and the confidence stream carried. */
  packets: Record<StreamName, Packet[]>;
  breaks: string[];
  /** Number of packets of the archive stream that had arrived at each break. */
  breaksAt: number[];
  wanted(): Wanted;
  update(change: (wanted: Wanted) => Wanted): void;
  /** Waits until `isSo`; rejects with `what`, and the engine's reports, if it does not become true. */
  until(what: string, isSo: () => boolean): Promise<void>;
  /** Number of frames that the engine reports as left out, because nothing took them in time. */
  leftOut(): number;
  /** The archive stream from its first key picture. */
  stream(): Buffer;
  close(): Promise<void>;
}

export interface RigSettings {
  A?: InputSource;
  B?: InputSource;
  /** Path of another ffmpeg than the one that is found. */
  ffmpegPath?: string;
  change?: (wanted: Wanted) => Wanted;
}

/** Settings of a small and fast box: 640x360, one window with channel A, no confidence stream. */
export function smallWanted({ A = { driver: 'off' }, B = { driver: 'off' } }: RigSettings): Wanted {
  const wanted = factoryWanted(factoryLayouts);
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  return {
    ...wanted,
    inputs: { ...wanted.inputs, 1: { ...wanted.inputs[1], source: A }, 3: { ...wanted.inputs[3], source: B } },
    layout: {
      name: 'Test',
      background: { colour: '#000' },
      windows: [{ channel: 'A', rect: whole, z: 0 }],
      overlays: [],
    },
    encoders: {
      archive: { ...wanted.encoders.archive, widthPx: 640, heightPx: 360 },
      'archive-b': { ...wanted.encoders['archive-b'], widthPx: 640, heightPx: 360 },
      confidence: { ...wanted.encoders.confidence, enabled: false },
    },
  };
}

/** Starts an engine that ends with its test. */
export async function startRig(test: Pick<TestContext, 'after'>, settings: RigSettings): Promise<EngineRig> {
  const ffmpeg = settings.ffmpegPath ?? (await findFfmpeg()).ffmpeg;
  let wanted = (settings.change ?? ((one) => one))(smallWanted(settings));
  const facts: EngineFact[] = [];
  const renderer = openRenderer({ folder: '/nowhere' });
  const engine = startEngine(
    {
      ffmpeg,
      family: 'software',
      renderer,
      layoutOf: ({ layouts }, number) => layoutOf(layouts, factoryLayouts, number),
      clock: realClock,
      log: silentLog,
      onFact: (fact) => void facts.push(fact),
    },
    wanted,
    {},
  );
  test.after(() => engine.close());
  const packets: EngineRig['packets'] = { archive: [], 'archive-b': [], confidence: [] };
  const [breaks, breaksAt]: [string[], number[]] = [[], []];
  for (const name of ['archive', 'archive-b', 'confidence'] as const)
    engine.rings[name].tap({
      onPacket: (packet) => void packets[name].push(packet),
      onBreak(reason) {
        if (name !== 'archive') return;
        breaks.push(reason);
        breaksAt.push(packets.archive.length);
      },
    });
  return {
    ffmpeg,
    engine,
    facts,
    packets,
    breaks,
    breaksAt,
    wanted: () => wanted,
    update: (change) => engine.update((wanted = change(wanted)), {}),
    until: (what, isSo) => until(what, isSo, { everyMs: 5, seen: () => JSON.stringify(facts.slice(-3)) }),
    leftOut: () => engine.seen().frames.dropped,
    stream() {
      const first = packets.archive.findIndex(({ key }) => key);
      return Buffer.concat(packets.archive.slice(first).map(({ ts }) => ts));
    },
    close: () => engine.close(),
  };
}

/** The last report about an input. */
export function lastSeen({ facts }: EngineRig, number: number): InputSeen | undefined {
  return facts.flatMap((fact) => (fact.fact === 'input' && fact.number === number ? [fact.seen] : [])).at(-1);
}

/** Process ids of this process's children whose command line contains `word`. */
export async function childrenWith(word: string): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [stat, command] = await Promise.all(
      ['stat', 'cmdline'].map((name) => readFile(`/proc/${entry}/${name}`, 'utf8').catch(() => '')),
    );
    const parent = Number(/\) \S (\d+)/.exec(stat!)?.[1]);
    if (parent === process.pid && command!.split('\0').join(' ').includes(word)) found.push(Number(entry));
  }
  return found;
}
