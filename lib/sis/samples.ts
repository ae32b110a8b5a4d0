import type { Random } from './codecs.ts';
import type { ErrorCode } from './errors.ts';
import type { Command, CommandForm, Protocol } from './protocol.ts';
import type { Form } from './table.ts';
import type { Values } from './template.ts';

/** Random numbers that can be repeated (mulberry32): the same seed gives the same numbers. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(items: readonly T[], random: Random): T => items[Math.floor(random() * items.length)] as T;

/** A correct command for tests, and how it has to be parsed. */
export interface Sample {
  readonly id: string;
  readonly form: Form;
  readonly values: Values;
  /** The bytes to send, with ESC and the end where they belong. */
  readonly wire: string;
}

function sampleValues(form: CommandForm, random: Random): Values | undefined {
  const { codecs } = form.command;
  for (let tries = 0; tries < 20; tries++) {
    const values = Object.fromEntries(form.fields.map(({ name }) => [name, codecs[name]?.sample?.(random)]));
    if (!form.command.check(values, form.form)) return values;
  }
  return undefined;
}

/** The text of a form; `instead` replaces the texts of some fields. */
function written(form: CommandForm, values: Values, instead: Readonly<Record<string, string>> = {}): string {
  const texts = form.tokens.map((token) => {
    if (typeof token === 'string') return token;
    return 'optional' in token
      ? ''
      : (instead[token.name] ?? form.command.codecs[token.name]?.write(values[token.name]));
  });
  return texts.join('');
}

const ends = ['\r', '\r\n', '\n', '|'] as const;
const starts = ['\u001b', '\u001b', 'W', 'w'] as const;

/** A correct command of a random row and form, with any start and end that the device accepts. */
export function sampleCommand(protocol: Protocol, random: Random): Sample {
  const form = pick(protocol.forms, random);
  const values = sampleValues(form, random);
  if (values === undefined) return sampleCommand(protocol, random);
  const text = written(form, values);
  const wire = form.escape ? `${pick(starts, random)}${text}${pick(ends, random)}` : text;
  return { id: form.command.id, form: form.form, values, wire };
}

const mutations: readonly ((text: string, at: number, random: Random) => string)[] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.slice(at).repeat(2),
  (text, at, random) => text.slice(0, at) + String.fromCharCode(Math.floor(random() * 256)) + text.slice(at),
  (text, at, random) => text.slice(0, at) + String(Math.floor(random() * 1e6)) + text.slice(at),
  (text, at, random) =>
    text.slice(0, at) + pick(['\u001b', '*', '\r', 'W', 'ü', '\u0000', '%s', ';'], random) + text.slice(at),
];

/** A command with one to three faults: cut, doubled, or with strange characters. Ends with CR. */
export function mutatedCommand(protocol: Protocol, random: Random): string {
  let text = sampleCommand(protocol, random).wire;
  for (let faults = 1 + Math.floor(random() * 3); faults > 0; faults--) {
    text = pick(mutations, random)(text, Math.floor(random() * (text.length + 1)), random);
  }
  return `${text}\r`;
}

/** A command that must be refused, with the code it must be refused with. */
export interface WrongSample {
  readonly id: string;
  readonly field: string;
  readonly wire: string;
  readonly code: ErrorCode;
}

function wrongOf(command: Command, random: Random): WrongSample[] {
  const forms = Object.values(command.forms).flatMap((list) => list.slice(0, 1));
  return forms.flatMap((form) =>
    form.fields.flatMap(({ name }) => {
      const codec = command.codecs[name];
      const values = sampleValues(form, random) ?? {};
      return (codec?.wrong ?? []).map((wrong) => {
        const text = written(form, values, { [name]: wrong });
        return {
          id: command.id,
          field: name,
          wire: form.escape ? `\u001b${text}\r` : text,
          code: codec?.code ?? 'E13',
        };
      });
    }),
  );
}

/** Wrong commands with their error codes: for every field of every row, one for each text that must be refused. */
export const wrongCommands = (protocol: Protocol, random: Random): WrongSample[] =>
  [...protocol.commands.values()].flatMap((command) => wrongOf(command, random));
