import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import { endGroup, startChild } from '#lib/runtime/processes/child.ts';
import { NICENESS, runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { soundInputArgv } from '../sound/sound-argv.ts';
import type { Cue } from './cues.ts';
import { isCaptions, MOST_BYTES, readCaptions } from './read-captions.ts';

/**
 * A program that writes what is spoken: whisper.cpp, vosk, or another one. It is run with `argv`, in which `{wav}` stands
 * for a file with the sound (16 kHz, mono, 16 bit), `{output}` for the file that it has to write, `{stem}` for that name
 * without its ending, `{language}` for the language, and `{words}` for a file with known words, one a line. It ends with
 * code 0 if all is well.
 */
export interface Recogniser {
  /** The program and its arguments. */
  argv: readonly string[];
  /**
   * What it writes: captions (`vtt`, `srt`), or `json`: `{ "words": [{ "text", "fromMs", "toMs", "speaker"? }] }` or
   * `{ "cues": […] }` with the same fields.
   */
  writes: 'vtt' | 'srt' | 'json';
  /** Hours that it may take, at most (12). */
  mostHours?: number;
}

/** What is asked of a recogniser. */
export interface SpeechAsked extends Asked {
  /** Language that is spoken, as in BCP 47; `auto` if it is not known. */
  language?: string;
  /** Words that may occur: names, titles, texts of slides. */
  words?: readonly string[];
  /** Folder for files that exist while it works. */
  folder: string;
  /** Takes each line that the program says. */
  onLine?: (line: string) => void;
}

const HOUR_MS = 3_600_000;

/**
 * Lets a recogniser hear the first sound of a file, and gives captions. Rejects with its words if it fails, takes too
 * long, or writes something else than it should.
 */
export async function hearSpeech(
  programs: Pick<Programs, 'ffmpeg'>,
  recogniser: Recogniser,
  path: string,
  asked: SpeechAsked,
): Promise<Cue[]> {
  const stem = join(asked.folder, randomUUID());
  const files = { wav: `${stem}.wav`, output: `${stem}.${recogniser.writes}`, words: `${stem}.words` };
  try {
    const coded = ['-ac', '1', '-ar', '16000', '-c:a', 'pcm_s16le', '-f', 'wav', '-y', fileUrl(files.wav)];
    await runFfmpeg(programs.ffmpeg, [...quietArgv('error'), ...soundInputArgv(path), ...coded], {
      signal: asked.signal,
    });
    await writeFile(files.words, `${(asked.words ?? []).map((word) => word.replaceAll(/\s+/g, ' ')).join('\n')}\n`);
    await recognise(
      recogniser,
      filledArgv(recogniser.argv, { ...files, stem, language: asked.language ?? 'auto' }),
      asked,
    );
    return await cuesIn(files.output, recogniser.writes);
  } finally {
    await Promise.all(Object.values(files).map((file) => rm(file, { force: true })));
  }
}

function filledArgv(
  argv: readonly string[],
  values: Record<'wav' | 'output' | 'stem' | 'words' | 'language', string>,
): string[] {
  return argv.map((word) =>
    word.replaceAll(/\{(wav|output|stem|words|language)\}/g, (_, name: keyof typeof values) => values[name]),
  );
}

async function recognise({ mostHours = 12 }: Recogniser, argv: readonly string[], asked: SpeechAsked): Promise<void> {
  const [command, ...rest] = argv;
  if (!command) throw new Error('the recogniser of speech has no program: set its command');
  const limit = AbortSignal.timeout(mostHours * HOUR_MS);
  const signal = asked.signal ? AbortSignal.any([asked.signal, limit]) : limit;
  signal.throwIfAborted();
  const child = startChild({
    command,
    argv: rest,
    ownGroup: true,
    niceness: NICENESS,
    ...(asked.onLine ? { onStderrLine: asked.onLine } : {}),
  });
  const stop = (): void => {
    endGroup(child.pid, 'SIGTERM');
    void child.stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  const death = await child.died;
  // Programs that it has started are ended with it.
  endGroup(child.pid);
  signal.removeEventListener('abort', stop);
  asked.signal?.throwIfAborted();
  if (limit.aborted) throw new Error(`the recogniser of speech took longer than ${mostHours} hours`);
  if (death.code !== 0) throw new Error(`the recogniser of speech failed: ${death.reason}`);
}

const piece = z.object({ text: z.string(), fromMs: z.number(), toMs: z.number(), speaker: z.string().optional() });
const written = z.union([z.object({ words: z.array(piece) }), z.object({ cues: z.array(piece) })]);

async function cuesIn(path: string, writes: Recogniser['writes']): Promise<Cue[]> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) throw new Error('the recogniser of speech wrote no file');
  if (size > MOST_BYTES * 4) throw new Error(`the recogniser of speech wrote ${size} bytes`);
  const bytes = await readFile(path);
  if (writes === 'json') return cuesOfJson(bytes.toString('utf8'));
  const read = await readCaptions(bytes);
  // Nothing is spoken: that is no mistake.
  if (!isCaptions(read) && read.line === undefined && bytes.length < 200) return [];
  if (!isCaptions(read)) throw new Error(`the recogniser of speech wrote no captions: ${read.mistake}`);
  return [...read.cues];
}

function cuesOfJson(text: string): Cue[] {
  const shape = '{ "words": [{ "text", "fromMs", "toMs" }] }';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`the recogniser of speech wrote no JSON, but should write ${shape}`);
  }
  const read = written.safeParse(value);
  if (!read.success) throw new Error(`the recogniser of speech wrote other JSON than ${shape}`);
  const pieces = ('cues' in read.data ? read.data.cues : read.data.words).filter(({ fromMs, toMs }) => toMs > fromMs);
  const cues = pieces.map(({ speaker, ...cue }): Cue => (speaker ? { ...cue, speaker } : cue));
  return 'cues' in read.data ? cues : cuesOfWords(cues);
}

/** Characters and milliseconds of a caption, and the pause after which a new one begins. */
const MOST_CHARACTERS = 84;
const MOST_MS = 6000;
const PAUSE_MS = 700;

/** Captions of words: a new one after a pause, the end of a sentence, or when it is full. */
export function cuesOfWords(words: readonly Cue[]): Cue[] {
  const cues: Cue[] = [];
  for (const word of words) {
    const text = word.text.trim();
    const cue = cues.at(-1);
    if (text === '') continue;
    const goesOn =
      cue !== undefined &&
      cue.speaker === word.speaker &&
      word.fromMs - cue.toMs <= PAUSE_MS &&
      word.toMs - cue.fromMs <= MOST_MS &&
      cue.text.length + text.length < MOST_CHARACTERS &&
      !/[.!?…]["»”]?$/.test(cue.text);
    if (!goesOn) cues.push({ ...word, text });
    else {
      cue.text += ` ${text}`;
      cue.toMs = word.toMs;
    }
  }
  return cues;
}
