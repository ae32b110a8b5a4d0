import type { Cue } from './cues.ts';
import { escapedVtt } from './markup.ts';

/** Writes captions as WebVTT, with the language in its head if it is known. */
export function formatWebVtt(cues: readonly Cue[], language?: string): string {
  const head =
    language && /^[A-Za-z0-9-]{2,35}$/.test(language) ? `WEBVTT\nKind: captions\nLanguage: ${language}\n` : 'WEBVTT\n';
  const blocks = cues.map(({ fromMs, toMs, text, speaker }) => {
    const voice = speaker ? `<v ${escapedVtt(speaker).replaceAll('\n', ' ')}>` : '';
    return `\n${timeText(fromMs)} --> ${timeText(toMs)}\n${voice}${escapedVtt(text)}\n`;
  });
  return head + blocks.join('');
}

function timeText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const digits = (value: number, count: number): string => String(value).padStart(count, '0');
  const [hours, minutes, seconds] = [
    Math.floor(whole / 3_600_000),
    Math.floor(whole / 60_000) % 60,
    Math.floor(whole / 1000) % 60,
  ];
  return `${digits(hours, 2)}:${digits(minutes, 2)}:${digits(seconds, 2)}.${digits(whole % 1000, 3)}`;
}
