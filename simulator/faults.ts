import { z } from 'zod';
import { CODECS, type SourceFormat } from './encode.ts';
import type { Knobs } from './feed.ts';

const even = z.int().min(64).max(4096).multipleOf(2);

/** The faults of a source. Faults of different kinds add up; one of the same kind replaces the one before. */
export const Fault = z.discriminatedUnion('fault', [
  /** The port is closed, and connections are reset. */
  z.strictObject({ fault: z.literal('kill') }),
  /** The encoder stops (SIGSTOP); connections stay open. */
  z.strictObject({ fault: z.literal('stall') }),
  /** The network passes nothing, and no connection is closed. Connections continue afterwards. */
  z.strictObject({ fault: z.literal('cut') }),
  /** The current connections are dead for ever, but not closed; new ones work. */
  z.strictObject({ fault: z.literal('vanish') }),
  /** Media come later by this time. */
  z.strictObject({ fault: z.literal('delay'), ms: z.number().min(0).max(60_000) }),
  /** Media packets are lost: `percent` of 100. */
  z.strictObject({ fault: z.literal('loss'), percent: z.number().min(0).max(100) }),
  /** The server sends random bytes. */
  z.strictObject({ fault: z.literal('garbage') }),
  /** RTP is correct but contains random bytes. */
  z.strictObject({ fault: z.literal('noise') }),
  /** Pictures are left out: only each n-th one is sent. */
  z.strictObject({ fault: z.literal('slow'), factor: z.int().min(2).max(1000) }),
  z.strictObject({ fault: z.literal('resolution'), widthPx: even, heightPx: even }),
  z.strictObject({ fault: z.literal('codec'), codec: z.enum(CODECS) }),
  z.strictObject({ fault: z.literal('rate'), frameRate: z.number().min(1).max(60) }),
  /** The sound track is missing. */
  z.strictObject({ fault: z.literal('no-audio') }),
  /** The sound track has zeros alone. */
  z.strictObject({ fault: z.literal('silent') }),
  /** The source's clock is wrong by this time. */
  z.strictObject({ fault: z.literal('offset'), ms: z.int().min(-1e12).max(1e12) }),
  /** The source's clock is too fast by this many millionths. */
  z.strictObject({ fault: z.literal('drift'), ppm: z.number().min(-100_000).max(100_000) }),
]);
/** A fault. */
export type Fault = z.infer<typeof Fault>;
/** The kind of a fault. */
export type FaultKind = Fault['fault'];

/** All kinds of faults. */
export const FAULT_KINDS: readonly FaultKind[] = Fault.options.map(({ shape }) => shape.fault.value);

/** Everything that faults can change in a source. */
export interface Setup {
  door: 'open' | 'closed' | 'held' | 'garbage';
  wire: { delayMs: number; lossPercent: number; noise: boolean };
  stopped: boolean;
  driftPpm: number;
  knobs: Knobs;
  format: SourceFormat;
}

/** The setup of a source with these faults. */
export function setupOf(factory: SourceFormat, faults: readonly Fault[]): Setup {
  const setup: Setup = {
    door: 'open',
    wire: { delayMs: 0, lossPercent: 0, noise: false },
    stopped: false,
    driftPpm: 0,
    knobs: { offsetMs: 0, silent: false, everyNth: 1 },
    format: { ...factory },
  };
  for (const fault of faults) worsen(setup, fault);
  return setup;
}

function worsen(setup: Setup, fault: Fault): void {
  const { wire, knobs, format } = setup;
  switch (fault.fault) {
    case 'kill':
      setup.door = 'closed';
      return;
    case 'cut':
      if (setup.door !== 'closed') setup.door = 'held';
      wire.lossPercent = 100;
      return;
    case 'garbage':
      if (setup.door === 'open') setup.door = 'garbage';
      return;
    case 'vanish':
      return;
    case 'stall':
      setup.stopped = true;
      return;
    case 'delay':
      wire.delayMs = fault.ms;
      return;
    case 'loss':
      wire.lossPercent = Math.max(wire.lossPercent, fault.percent);
      return;
    case 'noise':
      wire.noise = true;
      return;
    case 'slow':
      knobs.everyNth = fault.factor;
      return;
    case 'silent':
      knobs.silent = true;
      return;
    case 'offset':
      knobs.offsetMs = fault.ms;
      return;
    case 'drift':
      setup.driftPpm = fault.ppm;
      return;
    case 'resolution':
      format.size = { widthPx: fault.widthPx, heightPx: fault.heightPx };
      return;
    case 'codec':
      format.codec = fault.codec;
      return;
    case 'rate':
      format.frameRate = fault.frameRate;
      return;
    case 'no-audio':
      format.audio = false;
  }
}
