import type { Personality } from '../personality.ts';
import { integer, oneOf } from '../codecs.ts';
import { acts, command, documented, installing, sure } from '../table.ts';
import { stream } from './fields.ts';

/** Settings of an encoder. Those of the recorded stream cannot change while it is recorded. */
const encoding = { ...acts, ...installing, whileRecording: 'archive refused', ...sure } as const;
const gop = ({ limits }: Personality) => integer(1, limits.gopFrames);

/** The rows for the encoding of each stream (facts/smp351 2.7). */
export const encoder = [
  command({
    id: 'encoder.mode',
    summary: 'One composite program, or two channels (dual mode); stream 2 is there in dual mode alone',
    set: 'ESC 1*{mode}ENCM',
    query: 'ESC 1ENCM',
    bare: '{mode}',
    tagged: 'Encm1*{mode}',
    fields: { mode: oneOf({ 0: 'composite', 1: 'dual' }) },
    ...encoding,
    whileRecording: 'refused',
    examples: [
      ['ESC 1*0ENCM', 'Encm1*0'],
      ['ESC 1*1ENCM', 'Encm1*1'],
      ['ESC 1ENCM', '0', 'Encm1*0'],
    ],
  }),
  command({
    id: 'encoder.resolution',
    summary: 'Picture size of a stream',
    set: 'ESC {stream}*{resolution}VRES',
    query: 'ESC {stream}VRES',
    bare: '{resolution}',
    tagged: 'Vres{stream}*{resolution}',
    fields: {
      stream,
      resolution: oneOf({
        1: '848x480',
        2: '1280x720',
        3: '1920x1080',
        4: '512x288',
        5: '1024x768',
        6: '1280x1024',
        99: 'custom',
      }),
    },
    ...encoding,
    words: ['resolution'],
    examples: [
      ['ESC 1*2VRES', 'Vres1*2'],
      ['ESC 3VRES', '4', 'Vres3*4'],
    ],
  }),
  command({
    id: 'encoder.fps',
    summary: 'Frame rate of a stream',
    set: 'ESC {stream}*{fps}VFRM',
    query: 'ESC {stream}VFRM',
    bare: '{fps}',
    tagged: 'Vfrm{stream}*{fps}',
    fields: { stream, fps: oneOf({ 1: 30, 2: 25, 3: 24, 4: 15, 5: 12.5, 6: 12, 7: 10, 8: 5 }) },
    ...encoding,
    words: ['frame rate'],
    examples: [
      ['ESC 1*4VFRM', 'Vfrm1*4'],
      ['ESC 1VFRM', '4', 'Vfrm1*4'],
    ],
  }),
  command({
    id: 'encoder.bitrate.video',
    summary: 'Video bit rate of a stream, kb/s',
    set: 'ESC V{stream}*{kbps}BITR',
    query: 'ESC V{stream}BITR',
    bare: '{kbps:5}',
    tagged: 'BitrV{stream}*{kbps:5}',
    fields: { stream, kbps: integer(200, 10_000) },
    ...encoding,
    words: ['bitrate'],
    examples: [
      ['ESC V1*5000BITR', 'BitrV1*05000'],
      ['ESC V1BITR', '05000', 'BitrV1*05000'],
    ],
  }),
  command({
    id: 'encoder.bitrate.audio',
    summary: 'Audio bit rate of a stream, kb/s',
    set: 'ESC A{stream}*{kbps}BITR',
    query: 'ESC A{stream}BITR',
    bare: '{kbps:3}',
    tagged: 'BitrA{stream}*{kbps:3}',
    fields: { stream, kbps: oneOf({ 80: 80, 96: 96, 128: 128, 192: 192, 256: 256, 320: 320 }) },
    ...encoding,
    words: ['audio bitrate'],
    examples: [
      ['ESC A1*80BITR', 'BitrA1*080'],
      ['ESC A1BITR', '192', 'BitrA1*192'],
    ],
  }),
  command({
    id: 'encoder.rate-control',
    summary: 'How the bit rate is held',
    set: 'ESC {stream}*{control}BRCT',
    query: 'ESC {stream}BRCT',
    bare: '{control}',
    tagged: 'Brct{stream}*{control}',
    fields: { stream, control: oneOf({ 0: 'vbr', 1: 'cvbr', 2: 'cbr' }) },
    ...encoding,
    examples: [
      ['ESC 1*2BRCT', 'Brct1*2'],
      ['ESC 1BRCT', '0', 'Brct1*0'],
    ],
  }),
  command({
    id: 'encoder.gop',
    summary: 'Frames from key picture to key picture',
    set: 'ESC {stream}*{frames}GOPL',
    query: 'ESC {stream}GOPL',
    bare: '{frames}',
    tagged: 'Gopl{stream}*{frames}',
    fields: { stream, frames: gop },
    ...encoding,
    words: ['gop'],
    examples: [
      ['ESC 1*30GOPL', 'Gopl1*30'],
      ['ESC 1GOPL', '30', 'Gopl1*30'],
    ],
  }),
  command({
    id: 'encoder.profile',
    summary: 'H.264 profile of a stream',
    set: 'ESC {stream}*{profile}EPRO',
    query: 'ESC {stream}EPRO',
    bare: '{profile}',
    tagged: 'Epro{stream}*{profile}',
    fields: { stream, profile: oneOf({ 1: 'baseline', 2: 'main', 3: 'high' }) },
    ...encoding,
    ...documented,
    examples: [
      ['ESC 1*3EPRO', 'Epro1*3'],
      ['ESC 1EPRO', '3', 'Epro1*3'],
    ],
  }),
] as const;
