import { InvalidArgumentError } from 'commander';

/** Mistakes that real cameras made, with their words and a number if they need one. */
export const SINS = {
  'slow-describe': { what: 'answers DESCRIBE after so many seconds', value: 8 },
  'slow-setup': { what: 'answers SETUP after so many seconds', value: 5 },
  'late-idr': { what: 'sends its first key picture so many seconds after PLAY, others before', value: 12 },
  'slow-pictures': { what: 'sends so many pictures a second', value: 0.5 },
  silent: { what: 'sends nothing after PLAY' },
  'sr-jump': { what: 'sender reports of the picture jump by so many seconds', value: 86_400 },
  'no-sr': { what: 'sends no sender reports' },
  ssrc: { what: 'the picture has another SSRC, sequence and time stamps all at once' },
  'to-zero': { what: 'time stamps of the picture begin at 0 again' },
  forward: { what: 'time stamps of the picture jump forward by so many seconds', value: 3600 },
  back: { what: 'time stamps of the picture jump back by so many seconds', value: 4 },
  fast: { what: 'time stamps of the picture run so many times too fast', value: 10.5 },
  'sound-forward': { what: 'time stamps of the sound jump forward by so many seconds', value: 3600 },
  'audio-rate': { what: 'says that its sound has this part of its real rate', value: 0.5 },
  'unknown-audio': { what: 'sends sound of a codec that nobody knows' },
  'bad-aac': { what: 'describes its AAC with a configuration that cannot be' },
  'redirect-loop': { what: 'redirects to itself' },
  'wrong-password': { what: 'refuses each user and password' },
} as const satisfies Record<string, { what: string; value?: number }>;
/** Name of a sin. */
export type SinName = keyof typeof SINS;

/** The sins of a camera, with their numbers. */
export type Sins = Partial<Record<SinName, number>>;

/** The help text about sins. */
export const SIN_HELP = `sins (NAME or NAME=NUMBER; clocks go wrong after --after seconds):
${Object.entries(SINS)
  .map(([name, sin]) => `  ${name.padEnd(16)}${sin.what}${'value' in sin ? ` (${sin.value})` : ''}`)
  .join('\n')}`;

/** Reads `late-idr` or `late-idr=20`, and adds it. Throws an error that says what would be right. */
export function addSin(text: string, before: Sins = {}): Sins {
  const [name = '', given] = text.split('=');
  if (!isSin(name)) throw new InvalidArgumentError(`no sin "${name}": ${Object.keys(SINS).join(', ')}.`);
  const sin: { what: string; value?: number } = SINS[name];
  if (given !== undefined && sin.value === undefined) throw new InvalidArgumentError(`${name} takes no number.`);
  const value = given === undefined ? (sin.value ?? 1) : Number(given);
  if (!(value > 0)) throw new InvalidArgumentError(`${name} needs a number above 0.`);
  return { ...before, [name]: value };
}

const isSin = (name: string): name is SinName => Object.hasOwn(SINS, name);
