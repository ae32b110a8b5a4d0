import { alarms } from './alarms.ts';
import { calendars } from './calendars.ts';
import { ffmpegInWords } from './ffmpeg-words.ts';
import { mistakes } from './mistakes.ts';
import { pictures } from './pictures.ts';
import { refusals } from './refusals.ts';
import { openKeys, type Sentence, type SentenceValue } from './sentence.ts';
import { servers } from './servers.ts';

/** All sentences that the box says to people. A new sentence is a row in one of these tables. */
export const catalogue = { ...mistakes, ...refusals, ...alarms, ...pictures, ...servers, ...calendars };

const keys = openKeys(catalogue);

/** The sentence behind an English text of the box; undefined if there is none. */
export const keyed = (text: string): Sentence | undefined => keys.keyed(text);

/**
 * The sentence behind an English text, also one that FFmpeg or the network said, alone or as the reason in a sentence
 * of ours.
 */
export function keyedReason(text: string): Sentence | undefined {
  const said = keys.keyed(text) ?? keys.keyed(ffmpegInWords(text) ?? '');
  if (!said) return undefined;
  const values = Object.entries(said.values).map(([name, value]): [string, SentenceValue] => {
    const plain = name === 'why' && typeof value === 'string' ? ffmpegInWords(value) : undefined;
    return [name, plain === undefined ? value : (keys.keyed(plain) ?? plain)];
  });
  return { key: said.key, values: Object.fromEntries(values) };
}
