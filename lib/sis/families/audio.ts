import { among, flag, integer, oneOf } from '../codecs.ts';
import { acts, command, documented, installing, kept, operating, sure } from '../table.ts';
import type { Values } from '../template.ts';
import { input } from './fields.ts';

const points = [40000, 40001, 40002, 40003, 40004, 40005, 40006, 40007, 60000, 60001] as const;

/** The audio points by their object numbers: channel or output, and side. */
export const audioPoints = {
  40000: { of: 'A', side: 'left', kind: 'analog' },
  40001: { of: 'A', side: 'right', kind: 'analog' },
  40002: { of: 'A', side: 'left', kind: 'digital' },
  40003: { of: 'A', side: 'right', kind: 'digital' },
  40004: { of: 'B', side: 'left', kind: 'analog' },
  40005: { of: 'B', side: 'right', kind: 'analog' },
  40006: { of: 'B', side: 'left', kind: 'digital' },
  40007: { of: 'B', side: 'right', kind: 'digital' },
  60000: { of: 'output', side: 'left', kind: 'digital' },
  60001: { of: 'output', side: 'right', kind: 'digital' },
} as const;

/** Gain in tenths of a dB: an input may be louder or softer, the output only softer. */
const isGain = ({ point, tenthsDb }: Values): boolean =>
  Number(point) < 60_000 ? Number(tenthsDb) >= -180 : Number(tenthsDb) <= 0;

/** Sound (facts/smp351 2.8). */
export const audio = [
  command({
    id: 'audio.gain',
    summary: 'Gain of an input (-180 to 240) or of the output (-1000 to 0), tenths of a dB',
    set: 'ESC G{point}*{tenthsDb}AU',
    query: 'ESC G{point}AU',
    bare: '{tenthsDb}',
    tagged: 'DsG{point}*{tenthsDb}',
    fields: { point: among(...points), tenthsDb: integer(-1000, 240) },
    check: (values, form) => (form === 'set' && !isGain(values) ? 'E13' : undefined),
    ...acts,
    ...operating,
    ...sure,
    words: ['gain'],
    examples: [
      ['ESC G40000*-30AU', 'DsG40000*-30'],
      ['ESC G40004AU', '0', 'DsG40004*0'],
      ['ESC G60000*-1000AU', 'DsG60000*-1000'],
    ],
  }),
  command({
    id: 'audio.mute',
    summary: 'Silence a point: a channel is silent when its four points are, the output when both are',
    set: 'ESC M{point}*{on}AU',
    query: 'ESC M{point}AU',
    bare: '{on}',
    tagged: 'DsM{point}*{on}',
    fields: { point: among(...points), on: flag },
    ...acts,
    ...operating,
    ...sure,
    words: ['mute audio'],
    examples: [
      ['ESC M60000*1AU', 'DsM60000*1'],
      ['ESC M40001AU', '0', 'DsM40001*0'],
    ],
  }),
  command({
    id: 'audio.format',
    summary: 'Kind of sound of an input',
    set: 'ESC I{input}*{format}AFMT',
    query: 'ESC I{input}AFMT',
    bare: '{format}',
    tagged: 'AfmtI{input}*{format}',
    fields: { input, format: oneOf({ 0: 'off', 1: 'analog', 2: 'lpcm' }) },
    factory: ({ input: number }) => ({ format: number === 3 ? 'analog' : 'lpcm' }),
    ...kept,
    ...installing,
    ...sure,
    examples: [
      ['ESC I1*2AFMT', 'AfmtI1*2'],
      ['ESC I3AFMT', '1', 'AfmtI3*1'],
    ],
  }),
  command({
    id: 'audio.delay',
    summary: 'Delay of the sound, milliseconds',
    set: 'ESC 1*{delayMs}ADLY',
    query: 'ESC 1ADLY',
    bare: '{delayMs:3}',
    tagged: 'Adly1*{delayMs:3}',
    fields: { delayMs: integer(0, 999) },
    ...acts,
    ...installing,
    ...documented,
    examples: [
      ['ESC 1*80ADLY', 'Adly1*080'],
      ['ESC 1ADLY', '080', 'Adly1*080'],
    ],
  }),
] as const;
