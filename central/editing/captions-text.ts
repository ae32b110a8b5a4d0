import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import type { EditCue } from './edit.ts';

/** Captions as texts: WebVTT and SRT are read, WebVTT is written. Chapters are WebVTT too. */

/** Captions that were read, or the mistake, with its line. */
export type CaptionsRead = { cues: EditCue[] } | { mistake: string; line: number };

/** Bytes of a file of captions; a larger one is refused. A day of speech has fewer. */
export const MOST_CAPTION_BYTES = 4 << 20;
/** Captions of a file; one with more is refused. */
const MOST_CUES = 50_000;
/** Characters of one caption; a longer one is refused. */
const MOST_CUE_CHARS = 2000;
const TIMING =
  /^((?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})[ \t]*-->[ \t]*((?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,3})(?:[ \t].*)?$/;

/**
 * Reads captions in WebVTT or SRT, in any usual encoding. Blocks without a time (notes, styles, regions) are left out,
 * marks in texts (`<v Anne>`, `<b>`) too: captions are plain text.
 */
export function readCaptions(bytes: Uint8Array): CaptionsRead {
  if (bytes.length > MOST_CAPTION_BYTES)
    return { mistake: `a file of captions has ${MOST_CAPTION_BYTES >> 20} MB at most`, line: 1 };
  const lines = textOfBytes(bytes).split(/\r\n|\n|\r/);
  if (!lines.some((line) => line.includes('-->')) && !lines[0]?.startsWith('WEBVTT'))
    return {
      mistake:
        'these are no captions: a WebVTT begins with WEBVTT, an SRT has times such as 00:00:01,000 --> 00:00:04,000',
      line: 1,
    };
  const cues: EditCue[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (!line.includes('-->')) continue;
    const [start, end] = (TIMING.exec(line.trim()) ?? []).slice(1).map(msOf);
    if (start === undefined || end === undefined)
      return {
        mistake: `this is no time such as 00:00:01.000 --> 00:00:04.000: ${line.trim().slice(0, 60)}`,
        line: at + 1,
      };
    if (end <= start) return { mistake: 'this caption ends before it begins', line: at + 1 };
    if (cues.length >= MOST_CUES) return { mistake: `a file has ${MOST_CUES} captions at most`, line: at + 1 };
    const from = at + 1;
    while (at + 1 < lines.length && lines[at + 1]?.trim() !== '' && !lines[at + 1]?.includes('-->')) at++;
    const text = plain(lines.slice(from, at + 1).join('\n'));
    if (text.length > MOST_CUE_CHARS)
      return { mistake: `a caption has ${MOST_CUE_CHARS} characters at most`, line: from };
    if (text !== '') cues.push({ start, end, text });
  }
  return { cues: cues.toSorted((one, other) => one.start - other.start || one.end - other.end) };
}

function msOf(text: string): number {
  const [clock = '', part = ''] = text.split(/[.,]/);
  return clock.split(':').reduce((sum, one) => sum * 60 + Number(one), 0) * 1000 + Number(part.padEnd(3, '0'));
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&amp;', '&'],
  ['&nbsp;', '\u00a0'],
  ['&quot;', '"'],
  ['&lrm;', ''],
  ['&rlm;', ''],
]);

/** Text of a caption without the marks of WebVTT and SRT. */
const plain = (text: string): string =>
  text
    .replaceAll(/<\/?(?:c|i|b|u|v|lang|ruby|rt|font|\d)\b[^<>\n]{0,200}>|\{\\an?\d\}/gi, '')
    .replaceAll(/&(?:lt|gt|amp|nbsp|quot|lrm|rlm);/g, (entity) => ENTITIES.get(entity) ?? entity)
    .trim();

/** Captions as WebVTT. Texts are escaped: none becomes a mark. Lines without text are left out, since they end a caption. */
export function formatCaptions(cues: readonly EditCue[]): string {
  const blocks = cues
    .toSorted((one, other) => one.start - other.start)
    .map(({ start, end, text }) => ({ times: `${clock(start)} --> ${clock(end)}`, lines: escapedLines(text) }))
    .filter(({ lines }) => lines !== '');
  return `WEBVTT\n\n${blocks.map(({ times, lines }) => `${times}\n${lines}\n\n`).join('')}`;
}

const escapedLines = (text: string): string =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
    .filter((line) => line !== '')
    .join('\n');

function clock(ms: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${String(ms % 1000).padStart(3, '0')}`;
}
