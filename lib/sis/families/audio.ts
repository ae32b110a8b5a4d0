import { among, flag, integer, oneOf } from '../codecs.ts';
import { acts, command, documented, installing, kept, operating, sure } from '../table.ts';
import { input } from './fields.ts';

const inputPoints = [40000, 40001, 40002, 40003, 40004, 40005, 40006, 40007] as const;

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

/** Sound (facts/smp351 2.8). */
export const audio = [
  command({
    id: 'audio.gain',
    summary: 'Gain of an input, tenths of a dB',
    set: 'ESC G{point}*{tenthsDb}AU',
    query: 'ESC G{point}AU',
    bare: '{tenthsDb}',
    tagged: 'DsG{point}*{tenthsDb}',
    fields: { point: among(...inputPoints), tenthsDb: integer(-180, 240) },
    ...acts,
    ...operating,
    ...sure,
    words: ['gain'],
    examples: [
      ['ESC G40000*-30AU', 'DsG40000*-30'],
      ['ESC G40004AU', '0', 'DsG40004*0'],
    ],
  }),
  command({
    id: 'audio.mute',
    summary: 'Silence an input or the output',
    set: 'ESC M{point}*{on}AU',
    query: 'ESC M{point}AU',
    bare: '{on}',
    tagged: 'DsM{point}*{on}',
    fields: { point: among(...inputPoints, 60000, 60001), on: flag },
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
