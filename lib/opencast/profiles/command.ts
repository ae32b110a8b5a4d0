import type { Profile } from './profile.ts';

/** What the variables of a command stand for. */
export interface CommandValues {
  /**
   * Value of a variable, such as `in.video.path`; several words for one that stands for arguments, such as
   * `concatCommand`; undefined: there is none.
   */
  value: (name: string) => string | readonly string[] | undefined;
  /** Whether a condition holds, such as `if-height-geq-1080`; undefined: it is not known. */
  holds: (condition: string) => boolean | undefined;
}

/** An error: a command with a mistake, in words for whoever wrote the profile. */
export class ProfileError extends Error {
  override name = 'ProfileError';
}

const VARIABLE = /#\{([^{}]*)\}/g;

/**
 * Arguments for FFmpeg of a profile's command. The command is divided at blanks outside of quotes before variables are
 * filled in, so a value (a path with blanks, a text with quotes) is always within one argument. Throws ProfileError for
 * a variable or condition that is not known, or a quote without its end.
 */
export function argvOf(profile: Pick<Profile, 'id' | 'command' | 'pieces'>, values: CommandValues): string[] {
  const { holds } = values;
  const whole = profile.command.replaceAll(VARIABLE, (variable, name: string) => {
    if (!name.startsWith('if-')) return variable;
    const isTrue = holds(name);
    if (isTrue === undefined) throw new ProfileError(`profile ${profile.id}: the condition ${name} is not known`);
    return isTrue ? (profile.pieces.get(name) ?? '') : '';
  });
  return splitCommand(whole, profile.id).flatMap((word) => filledWords(word, profile.id, values));
}

/** A text without blanks to divide it, such as a suffix, with the values of its variables. Throws as `argvOf` does. */
export const filledText = (text: string, id: string, values: CommandValues): string =>
  filledWords(text, id, values).join(' ');

/** The first word of a variable with several stays with the text before it, the last one with the text after it. */
function filledWords(text: string, id: string, { value }: CommandValues): string[] {
  const words = [''];
  const append = (more: string): void => void (words[words.length - 1] += more);
  let at = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [variable, name = ''] = match;
    append(text.slice(at, match.index));
    at = match.index + variable.length;
    const filled = name === 'space' ? ' ' : value(name);
    if (filled === undefined) throw new ProfileError(`profile ${id}: the variable #{${name}} has no value here`);
    const [first = '', ...rest] = typeof filled === 'string' ? [filled] : filled;
    append(first);
    words.push(...rest);
  }
  append(text.slice(at));
  return words;
}

/** Words of a command: blanks divide them, but not within double or single quotes, which are taken away. */
function splitCommand(command: string, id: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const sign of command) {
    if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else word += sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + sign;
  }
  if (quote !== undefined) throw new ProfileError(`profile ${id}: a quote (${quote}) has no end`);
  return word === undefined ? words : [...words, word];
}

/** Whether a condition about the size of the picture holds; undefined: it is about something else. */
export function sizeHolds(
  condition: string,
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
): boolean | undefined {
  const both = /^if-width-or-height-geq-(\d+)-(\d+)$/.exec(condition);
  if (both) return widthPx >= Number(both[1]) || heightPx >= Number(both[2]);
  const [, side, relation, limit] = /^if-(width|height)-(geq|lt)-(\d+)$/.exec(condition) ?? [];
  if (limit === undefined) return undefined;
  const length = side === 'width' ? widthPx : heightPx;
  return relation === 'geq' ? length >= Number(limit) : length < Number(limit);
}
