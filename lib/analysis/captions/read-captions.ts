import { openTurns } from '#lib/runtime/turns.ts';
import { cleanText } from '#lib/runtime/texts/clean-text.ts';
import { fileTextOf } from '#lib/runtime/texts/file-text.ts';
import type { Cue } from './cues.ts';
import { plainText } from './markup.ts';

/** Captions of a file. */
export interface Captions {
  format: 'WebVTT' | 'SRT';
  /** Language that the file names, as in BCP 47. */
  language?: string;
  cues: readonly Cue[];
  /** Blocks that were left out, since their times make no sense, with their lines: `line 12: …`. */
  notes: readonly string[];
}

/** Why a file is no captions. */
export interface CaptionMistake {
  /** What is wrong, and what would be right. */
  mistake: string;
  /** Number of the line, from 1. */
  line?: number;
}

/** Bytes of a file; the captions of ten hours have a twentieth of them. A larger file is refused. */
export const MOST_BYTES = 8 << 20;
/** Captions of a file; one with more is refused. */
const MOST_CUES = 50_000;
/** Blocks in which the first captions must be, so that the file counts as captions. */
const SEARCHED_BLOCKS = 50;
/** Notes that are kept; further mistakes are left out as well, without a note. */
const MOST_NOTES = 20;
/** Milliseconds after the beginning, at which a caption may end at the latest: a hundred hours. */
const LATEST_MS = 360_000_000;
/** Lines of a caption; further ones are left out. */
const MOST_LINES = 50;
/** Characters of a caption; a longer one is cut. */
const LONGEST = 2000;

/** Whether what was read are captions. */
export const isCaptions = (read: Captions | CaptionMistake): read is Captions => 'cues' in read;

/**
 * Reads captions: WebVTT or SRT, by what is in the file, whatever its name is. All encodings that people's programs write,
 * any line ends, times with comma or point and with or without hours. Settings, styles, notes and markup are left out;
 * entities are replaced. A block whose times make no sense is left out with a note; a file without any caption, with more
 * than 8 MB or 50 000 captions is a mistake.
 */
export async function readCaptions(bytes: Uint8Array): Promise<Captions | CaptionMistake> {
  if (bytes.length > MOST_BYTES) {
    return {
      mistake: `the file has ${(bytes.length / 1e6).toFixed(1)} MB; captions have ${MOST_BYTES >> 20} MB at most`,
    };
  }
  const { raw, decode } = fileTextOf(bytes);
  const reader = openBlockReader();
  const turns = openTurns();
  for (let at = 0; at <= raw.length;) {
    const end = endOfLine(raw, at);
    const trouble = reader.line(decode(raw.slice(at, end)));
    if (trouble) return trouble;
    at = end + (raw.startsWith('\r\n', end) ? 2 : 1);
    const next = turns.over();
    if (next) await next;
  }
  return reader.end();
}

/** The end of a line that begins at `from`. */
function endOfLine(raw: string, from: number): number {
  END.lastIndex = from;
  return END.exec(raw)?.index ?? raw.length;
}
const END = /[\r\n]/g;

interface BlockReader {
  line(text: string): CaptionMistake | undefined;
  end(): Captions | CaptionMistake;
}

const TIME = String.raw`(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,6}))?`;
const TIMES = new RegExp(String.raw`^\s*${TIME}\s*-{1,3}>\s*${TIME}(?:\s.*)?$`);

function openBlockReader(): BlockReader {
  const cues: Cue[] = [];
  const notes: string[] = [];
  let [number, blocks] = [0, 0];
  let isWebVtt = false;
  let language: string | undefined;
  /** The caption whose lines are being read; `skipped`: a block whose lines do not count. */
  let open: { fromMs: number; toMs: number; lines: string[] } | undefined;
  let isSkipped = false;
  const note = (why: string): void => void (notes.length < MOST_NOTES && notes.push(`line ${number}: ${why}`));
  const close = (): void => {
    if (open && open.lines.length > 0) {
      const cue = cueOf(open);
      if (cue) cues.push(cue);
    }
    open = undefined;
    isSkipped = false;
  };
  const begin = (times: { fromMs: number; toMs: number }): void => {
    // Without an empty line before it, the number of this caption stands below the last one.
    if (/^\d{1,6}$/.test(open?.lines.at(-1)?.trim() ?? '')) open?.lines.pop();
    close();
    if (times.toMs > LATEST_MS) note(`a caption that ends after 100 hours is left out`);
    else if (times.toMs <= times.fromMs) note(`a caption that ends before it begins is left out`);
    else open = { ...times, lines: [] };
    isSkipped = open === undefined;
  };
  return {
    line(text) {
      number += 1;
      if (number === 1) {
        isWebVtt = /^WEBVTT(?:[ \t]|$)/.test(text.replace(/^\uFEFF/, ''));
        if (isWebVtt) return void (isSkipped = true);
      }
      const told = /^Language:\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\s*$/.exec(text);
      if (isWebVtt && isSkipped && cues.length === 0 && told) language = told[1];
      if (text.trim() === '') {
        blocks += 1;
        close();
        return undefined;
      }
      const times = timesIn(text);
      if (times) begin(times);
      else if (open) {
        if (open.lines.length < MOST_LINES) open.lines.push(text);
      } else if (!isSkipped && isWebVtt && /^(?:NOTE|STYLE|REGION)\b/.test(text)) isSkipped = true;
      if (cues.length > MOST_CUES) return { mistake: `there are more than ${MOST_CUES} captions`, line: number };
      return cues.length === 0 && !open && blocks > SEARCHED_BLOCKS ? noneMistake(notes) : undefined;
    },
    end() {
      close();
      if (cues.length === 0) return noneMistake(notes);
      const ordered = cues.toSorted((a, b) => a.fromMs - b.fromMs);
      return { format: isWebVtt ? 'WebVTT' : 'SRT', ...(language ? { language } : {}), cues: ordered, notes };
    },
  };
}

function noneMistake([first]: readonly string[]): CaptionMistake {
  const [, line, why] = /^line (\d+): (.*)$/.exec(first ?? '') ?? [];
  const example = 'captions have lines such as 00:00:01.000 --> 00:00:04.000 with their text below';
  return { mistake: `there is no caption in this file: ${why ?? example}`, ...(line ? { line: Number(line) } : {}) };
}

function timesIn(text: string): { fromMs: number; toMs: number } | undefined {
  if (text.length > LONGEST || !text.includes('->')) return undefined;
  const found = TIMES.exec(text);
  if (!found) return undefined;
  return { fromMs: msOf(found.slice(1, 5)), toMs: msOf(found.slice(5, 9)) };
}

function msOf([hours = '0', minutes, seconds, fraction = '0']: readonly (string | undefined)[]): number {
  return (
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Math.round(Number(`0.${fraction}`) * 1000)
  );
}

function cueOf({ fromMs, toMs, lines }: { fromMs: number; toMs: number; lines: readonly string[] }): Cue | undefined {
  const { text, speaker } = plainText(lines.join('\n').slice(0, LONGEST).toWellFormed());
  const clean = text
    .split('\n')
    .map((line) => cleanText(line))
    .filter((line) => line !== '')
    .join('\n');
  return clean === '' ? undefined : { fromMs, toMs, text: clean, ...(speaker ? { speaker } : {}) };
}
