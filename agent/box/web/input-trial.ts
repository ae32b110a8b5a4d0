import { startChild } from '#lib/runtime/processes/child.ts';
import type { InputSource } from '#agent/device/state.ts';
import { stillArgv } from '#agent/media/inputs/input-argv.ts';
import { openSourceLink, type SourceLink } from '#agent/media/inputs/source-link.ts';

/** Time limit of a trial in ms; slow cameras need some seconds until their first key picture. Then the trial fails. */
const LIMIT_MS = 30_000;
/** Bytes of a picture; a larger one counts as no picture, and FFmpeg is ended. */
const MOST_BYTES = 4 << 20;
/** Number of trials at the same time; a further one is refused. */
const MOST_AT_ONCE = 2;

/**
 * Gives a function that tries a source once, without touching the running inputs: it gives a JPEG, or in words why
 * there is no picture. Never rejects.
 */
export function openInputTrial(ffmpeg: string): (source: InputSource) => Promise<Buffer | { error: string }> {
  let trials = 0;
  return async (source) => {
    if (source.driver === 'off') return { error: 'this input is off' };
    if (trials >= MOST_AT_ONCE) return { error: 'other sources are being looked at: try again in a moment' };
    trials += 1;
    try {
      return await look(ffmpeg, await openSourceLink(source));
    } finally {
      trials -= 1;
    }
  };
}

async function look(ffmpeg: string, link: SourceLink): Promise<Buffer | { error: string }> {
  const child = startChild({ command: ffmpeg, argv: stillArgv(link.source), takes: [1], files: link.files });
  const chunks: Buffer[] = [];
  let bytes = 0;
  child.take(1).on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= MOST_BYTES) chunks.push(chunk);
    else void child.stop(500);
  });
  const limit = { passed: false };
  const timer = setTimeout(() => {
    limit.passed = true;
    void child.stop(500);
  }, LIMIT_MS);
  const { reason } = await child.died;
  clearTimeout(timer);
  const trouble = link.seen()?.trouble;
  await link.close();
  const picture = Buffer.concat(chunks);
  if (picture.length > 0 && bytes <= MOST_BYTES) return picture;
  if (limit.passed) return { error: `no picture came within ${LIMIT_MS / 1000} s` };
  const met = trouble?.kind === 'ended' ? undefined : (trouble?.words ?? link.trouble());
  return { error: link.shown(met ?? lastLine(reason)) };
}

/**
 * The line of FFmpeg's messages that says what was wrong: the first one with a known cause, else the last one; at most
 * 300 characters.
 */
const lastLine = (text: string): string => {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return (
    lines.find((line) => /refused|not found|40[134]|denied|timed out|resolve|unreachable|no such/i.test(line)) ??
    lines.at(-1) ??
    'no picture'
  ).slice(0, 300);
};
